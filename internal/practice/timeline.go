package practice

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// shown is how many accounts the home page lists, and posts a timeline.
const shown = 60

// app is an application that may read an account.
type app struct {
	ID, Name string
	Posts    bool
}

// home is GET /: what this is, and who lives here.
func (n *Network) home(w http.ResponseWriter, r *http.Request) {
	all := n.Accounts()
	n.show(w, r, http.StatusOK, "home", homeView{Accounts: all[:min(len(all), shown)], More: max(0, len(all)-shown)})
}

// timeline is GET /people/{handle}. Everybody may read; the owner may write.
func (n *Network) timeline(w http.ResponseWriter, r *http.Request) {
	n.showTimeline(w, r, http.StatusOK, "", "")
}

func (n *Network) showTimeline(w http.ResponseWriter, r *http.Request, status int, draft, wrong string) {
	v, _ := n.visitor(r)
	n.mu.Lock()
	p := n.byHandle[r.PathValue("handle")]
	if p == nil {
		n.mu.Unlock()
		n.missing(w, r)
		return
	}
	view := timelineView{Account: p.Account, Own: v == p, Draft: draft, Wrong: wrong, More: max(0, len(p.posts)-shown)}
	view.Posts = slices.Clone(p.posts[:min(len(p.posts), shown)])
	if view.Own {
		view.Apps = n.apps(p)
	}
	n.mu.Unlock()
	n.show(w, r, status, "timeline", view)
}

// apps lists who holds a living grant of a person, by id.
func (n *Network) apps(p *person) []app {
	found := map[string]app{}
	for _, t := range n.tokens {
		if f := t.family; f.person == p && n.alive(t) {
			a := found[f.client]
			a.ID, a.Name = f.client, n.clients[f.client].Name
			a.Posts = a.Posts || slices.Contains(f.scope, scopePosts)
			found[f.client] = a
		}
	}
	list := make([]app, 0, len(found))
	for _, a := range found {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b app) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// owner answers the person who is signed in where that is the one in the
// address; else it has answered already.
func (n *Network) owner(w http.ResponseWriter, r *http.Request) (*person, bool) {
	p, ok := n.visitor(r)
	if !ok || p.Handle != r.PathValue("handle") {
		n.refuse(w, r, http.StatusForbidden, "forbidden", "")
		return nil, false
	}
	return p, true
}

// write is POST /people/{handle}/posts.
func (n *Network) write(w http.ResponseWriter, r *http.Request) {
	form, ok := n.form(w, r)
	if !ok {
		return
	}
	p, ok := n.owner(w, r)
	if !ok {
		return
	}
	text := strings.TrimSpace(strings.ReplaceAll(form.Get("text"), "\r\n", "\n"))
	if _, err := n.Post(p.Handle, text, n.opts.Now()); err != nil {
		wrong := "write.long"
		if errors.Is(err, errEmpty) {
			wrong = "write.empty"
		}
		n.showTimeline(w, r, http.StatusUnprocessableEntity, text, wrong)
		return
	}
	http.Redirect(w, r, n.root+"/people/"+p.Handle, http.StatusSeeOther)
}

// remove is POST /people/{handle}/posts/{id}/delete. What is gone already
// counts as deleted.
func (n *Network) remove(w http.ResponseWriter, r *http.Request) {
	p, ok := n.owner(w, r)
	if !ok {
		return
	}
	if err := n.Delete(p.Handle, r.PathValue("id")); err != nil && !errors.Is(err, errNoPost) {
		n.missing(w, r)
		return
	}
	http.Redirect(w, r, n.root+"/people/"+p.Handle, http.StatusSeeOther)
}

// disconnect is POST /people/{handle}/apps/{client}/disconnect: the person
// takes a permission back at the network itself.
func (n *Network) disconnect(w http.ResponseWriter, r *http.Request) {
	p, ok := n.owner(w, r)
	if !ok {
		return
	}
	n.mu.Lock()
	n.end(p, r.PathValue("client"))
	n.mu.Unlock()
	http.Redirect(w, r, n.root+"/people/"+p.Handle, http.StatusSeeOther)
}

// missing is 404.
func (n *Network) missing(w http.ResponseWriter, r *http.Request) {
	n.refuse(w, r, http.StatusNotFound, "missing", "")
}
