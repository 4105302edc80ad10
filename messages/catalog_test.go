package messages

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
)

// stored is a Source in memory.
type stored map[string][]byte

func (k stored) Template(_ context.Context, shop, name string) ([]byte, error) {
	if d, ok := k[shop+"/"+name]; ok {
		return d, nil
	}
	return nil, profile.Errorf(profile.NotFound, "none")
}

func (k stored) Templates(_ context.Context, shop string) (map[string][]byte, error) {
	all := map[string][]byte{}
	for key, d := range k {
		if name, ok := strings.CutPrefix(key, shop+"/"); ok {
			all[name] = d
		}
	}
	return all, nil
}

func (k stored) SaveTemplate(_ context.Context, shop, name string, document []byte) error {
	k[shop+"/"+name] = document
	return nil
}

func hello(body string) []byte {
	return []byte("name: hello\npurpose: service\nchannels: [email]\nvariants:\n  en:\n    plain: {subject: Hi, body: \"" + body + "\"}\n")
}

// says renders the template hello of the shop.
func says(t *testing.T, c *Catalog) string {
	t.Helper()
	tpl, err := c.Template(t.Context(), "demo", "hello")
	if err != nil {
		return profile.Message(err)
	}
	m, err := tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{})
	if err != nil {
		t.Fatal(err)
	}
	return m.Body + " from " + string(tpl.Origin)
}

// folder is a shop's own folder, as it is opened in earnest.
func folder(t *testing.T) (string, fs.FS) {
	t.Helper()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, root.FS()
}

func write(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheStoreOutranksTheFolderAndTheFolderTheDefaults(t *testing.T) {
	dir, files := folder(t)
	write(t, dir, "hello.yaml", hello("folder"))
	write(t, dir, "welcome.yml", []byte(strings.Replace(string(hello("own")), "name: hello", "name: welcome", 1)))
	write(t, dir, "notes.txt", []byte("not a template"))
	store := stored{}
	c, problems := Open(map[string]fs.FS{"demo": files}, store)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := says(t, c); got != "folder from folder" {
		t.Error(got)
	}
	if _, err := c.Save(t.Context(), "demo", "hello", hello("store")); err != nil {
		t.Fatal(err)
	}
	if got := says(t, c); got != "store from store" {
		t.Error(got)
	}
	got := map[string]Origin{}
	all, err := c.Templates(t.Context(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	for _, tpl := range all {
		got[tpl.Name] = tpl.Origin
	}
	want := map[string]Origin{
		"hello": FromStore, "welcome": FromFolder, "back-in-stock": FromDefaults, "birthday": FromDefaults,
		"delay-apology": FromDefaults, "order-shipped": FromDefaults, "win-back": FromDefaults,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if tpl, err := c.Template(t.Context(), "other", "welcome"); err != nil || tpl.Origin != FromDefaults {
		t.Errorf("another shop sees this one's folder: %v", err)
	}
	if _, err := c.Template(t.Context(), "other", "hello"); !profile.Is(err, profile.NotFound) {
		t.Errorf("another shop sees this one's store: %v", err)
	}
}

func TestAnErrorLosesNothing(t *testing.T) {
	dir, files := folder(t)
	write(t, dir, "hello.yaml", hello("good"))
	store := stored{}
	c, _ := Open(map[string]fs.FS{"demo": files}, store)

	write(t, dir, "hello.yaml", hello("{{ nobody }}"))
	if problems := c.Reload(); len(problems) != 1 || !strings.Contains(problems[0].String(), "hello.yaml:6:") {
		t.Errorf("told %v", problems)
	}
	if got := says(t, c); got != "good from folder" {
		t.Errorf("a broken file replaced a good one: %s", got)
	}

	if _, err := c.Save(t.Context(), "demo", "hello", hello("{% if %}")); !profile.Is(err, profile.Invalid) {
		t.Errorf("saved: %v", err)
	}
	if len(store) != 0 {
		t.Error("a broken document reached the store")
	}
	if _, err := c.Save(t.Context(), "demo", "../hello", hello("x")); !profile.Is(err, profile.Invalid) {
		t.Errorf("a name that is none was saved: %v", err)
	}

	store["demo/hello"] = hello("{{ older engines took this }}")
	if got := says(t, c); got != "good from folder" {
		t.Errorf("a broken document in the store hides the folder's: %s", got)
	}
	problems, err := c.Problems(t.Context(), "demo")
	if err != nil || len(problems) != 2 {
		t.Errorf("problems: %v %v", problems, err)
	}
	delete(store, "demo/hello")

	write(t, dir, "hello.yaml", hello("better"))
	if problems := c.Reload(); len(problems) > 0 || says(t, c) != "better from folder" {
		t.Errorf("a mended file is not taken: %v", problems)
	}
	if err := os.Remove(filepath.Join(dir, "hello.yaml")); err != nil {
		t.Fatal(err)
	}
	c.Reload()
	if got := says(t, c); !strings.Contains(got, "there is no template \"hello\"") {
		t.Errorf("a file taken away stays: %s", got)
	}
}

func TestAFolderReachesNothingOutside(t *testing.T) {
	dir, files := folder(t)
	outside := t.TempDir()
	write(t, outside, "hello.yaml", hello("outside"))
	if err := os.Symlink(filepath.Join(outside, "hello.yaml"), filepath.Join(dir, "hello.yaml")); err != nil {
		t.Fatal(err)
	}
	c, problems := Open(map[string]fs.FS{"demo": files}, nil)
	if len(problems) != 1 || strings.Contains(says(t, c), "outside") {
		t.Errorf("a link led outside: %v", problems)
	}
}

func TestAMisspeltTemplateIsGuessed(t *testing.T) {
	c, _ := Open(nil, stored{"demo/hello": hello("x")})
	for name, want := range map[string]string{"wellcome": "did you mean welcome?", "helo": "did you mean hello?", "zzzzzz": "known: back-in-stock, "} {
		if _, err := c.Template(t.Context(), "demo", name); !profile.Is(err, profile.NotFound) || !strings.Contains(profile.Message(err), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAStoredTemplateIsParsedOnce(t *testing.T) {
	c, _ := Open(nil, stored{"demo/hello": hello("x")})
	first, err1 := c.Template(t.Context(), "demo", "hello")
	second, err2 := c.Template(t.Context(), "demo", "hello")
	if first != second || err1 != nil || err2 != nil {
		t.Errorf("parsed twice: %v %v", err1, err2)
	}
}
