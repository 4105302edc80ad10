package keys_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tonfall/internal/keys"
	"tonfall/profile"
)

func TestAKeyFileGivesTheSameKeysBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	k := ring(t)
	if err := k.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v", info.Mode())
	}
	sealed, _ := k.Seal([]byte("x"), nil)
	link, _ := k.Sign("me", 1, noon.AddDate(1, 0, 0))
	again, err := keys.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Open(sealed, nil); err != nil {
		t.Error(err)
	}
	if err := again.Verify("me", link, noon, new(int)); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(again.Hash("a"), k.Hash("a")) || again.Signers()[0].KeyID != k.Signers()[0].KeyID {
		t.Error("other keys came back")
	}
}

func TestAKeyFileIsNeverWrittenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := ring(t).SaveFile(path); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	wantKind(t, ring(t).SaveFile(path), profile.Conflict)
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Fatal("the key file has changed")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files are left, want the key file alone", len(left))
	}
}

func TestRotatingAFileKeepsTheOldKeysInIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	k := ring(t)
	if err := k.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	old, _ := k.Seal([]byte("old"), nil)
	if err := k.RotateFile(path); err != nil {
		t.Fatal(err)
	}
	recent, _ := k.Seal([]byte("new"), nil)
	again, err := keys.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range [][]byte{old, recent} {
		if _, err := again.Open(sealed, nil); err != nil {
			t.Error(err)
		}
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("after rotation the key file has mode %v", info.Mode())
	}
}

func TestAKeyFileThatOthersCanReadIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := ring(t).SaveFile(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := keys.LoadFile(path)
		wantKind(t, err, profile.Forbidden)
		if !strings.Contains(profile.Message(err), "chmod 600") {
			t.Errorf("%v does not say what to do", err)
		}
	}
}

func TestADamagedKeyFileIsRefusedWithoutQuotingIt(t *testing.T) {
	good, _ := ring(t).Marshal()
	for name, text := range map[string]string{
		"empty":          "",
		"other JSON":     "{}",
		"cut":            string(good[:len(good)/2]),
		"no root":        strings.Replace(string(good), `"root"`, `"rot"`, 1),
		"no links":       strings.Replace(string(good), `"links"`, `"lnks"`, 1),
		"no sealing":     strings.Replace(string(good), `"sealing"`, `"seeling"`, 1),
		"no signing":     strings.Replace(string(good), `"signing"`, `"singing"`, 1),
		"another format": strings.Replace(string(good), "tonfall-keys-1", "tonfall-keys-9", 1),
	} {
		_, err := keys.Load([]byte(text))
		if !profile.Is(err, profile.Invalid) {
			t.Errorf("%s: %v", name, err)
		} else if len(err.Error()) > 120 {
			t.Errorf("%s: the error is long enough to hold a secret: %v", name, err)
		}
	}
	_, err := keys.LoadFile(filepath.Join(t.TempDir(), "none"))
	wantKind(t, err, profile.NotFound)
	_, err = keys.LoadFile(t.TempDir())
	wantKind(t, err, profile.Invalid)
}

func TestRotatingAFileKeepsWhatAnotherProcessHasPutThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	here := ring(t)
	if err := here.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	there, err := keys.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var sealed [][]byte
	for _, k := range []*keys.Keyring{there, here, there} {
		if err := k.RotateFile(path); err != nil {
			t.Fatal(err)
		}
		one, _ := k.Seal([]byte("x"), nil)
		sealed = append(sealed, one)
	}
	again, err := keys.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range sealed {
		if _, err := again.Open(one, nil); err != nil {
			t.Errorf("what was sealed after rotation %d is lost: %v", i+1, err)
		}
	}
	before, _ := os.ReadFile(path)
	wantKind(t, stranger(t).RotateFile(path), profile.Conflict)
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("another installation's keys were rotated")
	}
}

func TestRotationsAtTheSameTimeLoseNoKey(t *testing.T) {
	k := ring(t)
	var mu sync.Mutex
	var files [][]byte
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			err := k.Rotate(func(file []byte) error {
				mu.Lock()
				defer mu.Unlock()
				files = append(files, file)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sealed, _ := k.Seal([]byte("x"), nil)
	last, err := keys.Load(files[len(files)-1])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := last.Open(sealed, nil); err != nil {
		t.Error("what is sealed now does not open with the file that was saved last")
	}
}
