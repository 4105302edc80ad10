package signin

import (
	"net/url"
	"path"
	"strings"
)

// local reports whether a return address is a page of ours below /{shop}/, in
// one spelling only: no host, no backslash, no dots, nothing encoded in the
// path. Browsers read "//evil" and "/\evil" as other hosts.
func local(to, shop string) bool {
	if !strings.HasPrefix(to, "/"+shop+"/") || len(to) > 2000 {
		return false
	}
	for _, r := range to {
		if r < ' ' || r == '\\' || r == 0x7f {
			return false
		}
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" || strings.Contains(u.EscapedPath(), "%") {
		return false
	}
	return path.Clean(u.Path) == strings.TrimSuffix(u.Path, "/")
}
