package tonfall

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says for each room which of ours it may import, and why not more. A
// room covers its subfolders unless they have a line of their own.
var rooms = map[string]struct {
	may []string
	why string
}{
	"profile":                  {nil, "the nouns are everybody's: they can depend on nobody"},
	"config":                   {nil, "the configuration is data; who reads it is cmd's to decide"},
	"internal/egress":          {nil, "a way out knows nothing of who uses it"},
	"internal/practice":        {nil, "a stranger's network and shop learn nothing that the world could not learn"},
	"connectors":               {[]string{"profile", "internal/egress"}, "a provider is read the same whatever happens to the posts"},
	"sentiment":                {[]string{"profile"}, "an engine reads text and knows no people"},
	"store":                    {[]string{"profile"}, "a store keeps bytes and decides nothing"},
	"internal/keys":            {[]string{"profile"}, "keys know no records"},
	"consent":                  {[]string{"profile", "store", "internal/keys"}, "the gate is the only way to the store's people"},
	"internal/jobs":            {[]string{"profile", "store"}, "the runner knows jobs, not what they do"},
	"enrich":                   {[]string{"profile", "connectors", "sentiment", "consent", "internal/keys"}, "the pipeline passes the gate and never the store"},
	"messages":                 {[]string{"profile"}, "choosing a tone is a pure matter"},
	"web":                      {[]string{"profile", "consent", "enrich", "messages", "internal/keys", "web/ui", "web/wording"}, "no door walks around the gate: never store"},
	"internal/kept":            {[]string{"profile", "store", "web/api", "web/hooks", "web/signin", "web/studio"}, "what the doors keep, shown to them by small interfaces"},
	"internal/housetest":       {[]string{"profile", "connectors", "sentiment", "store", "consent", "enrich", "messages", "web", "internal/keys"}, "only tests import it"},
	"cmd/tonfall":              {[]string{"profile", "config", "connectors", "sentiment", "store", "consent", "enrich", "messages", "web", "internal"}, "here the rooms are joined"},
	"store/storetest":          {[]string{"profile", "store", "internal/keys"}, "the suite looks at what is sealed"},
	"connectors/connectortest": {[]string{"profile", "connectors", "internal/egress"}, "the suite plays the provider"},
}

// roomOf is the line that covers a package.
func roomOf(pkg string) string {
	for room := pkg; room != "."; room = path.Dir(room) {
		if _, ok := rooms[room]; ok {
			return room
		}
	}
	return ""
}

// within reports whether a package lies in a room.
func within(pkg, room string) bool { return pkg == room || strings.HasPrefix(pkg, room+"/") }

func TestNobodyWalksAroundTheGate(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && file != "." || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		pkg := path.Dir(filepath.ToSlash(file))
		room := roomOf(pkg)
		if room == "" {
			t.Errorf("%s lies in no room: add its line to the table", file)
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range tree.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			ours, ok := strings.CutPrefix(name, "tonfall/")
			if !ok || within(ours, room) {
				continue
			}
			if !slices.ContainsFunc(rooms[room].may, func(r string) bool { return within(ours, r) }) {
				t.Errorf("%s imports %s, but %s may not: %s", file, ours, room, rooms[room].why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheTableOfRoomsForbidsWhatItShould(t *testing.T) {
	for _, forbidden := range [][2]string{{"web/api", "store"}, {"enrich", "store"}, {"messages", "consent"}, {"connectors", "store"}, {"profile", "config"}} {
		room := rooms[roomOf(forbidden[0])]
		if slices.ContainsFunc(room.may, func(r string) bool { return within(forbidden[1], r) }) {
			t.Errorf("%s may import %s", forbidden[0], forbidden[1])
		}
	}
}
