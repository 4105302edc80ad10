package practice

import (
	"net/http"
	"slices"
)

// product is something to buy. Names and texts are phrases: "sencha.name".
type product struct {
	Key   string // also the picture: assets/KEY.svg
	Price string // in euros: "12.90"
}

func products() []product {
	return []product{
		{"sencha", "12.90"}, {"assam", "9.50"}, {"feierabend", "7.80"}, {"kessel", "68.00"},
		{"notizbuch", "18.00"}, {"briefpapier", "14.00"}, {"origami", "11.50"}, {"schale", "24.00"},
	}
}

// frontView is what the shop's front page shows.
type frontView struct {
	Products  []product
	Buttons   []Button
	Choices   []choice
	Me        string // the customer's own page at Tonfall
	Cancelled bool
}

// choice is a letter that can be had.
type choice struct {
	Template string
	Sales    bool
}

func choices() []choice {
	var list []choice
	for _, o := range occasions() {
		list = append(list, choice{o.template, o.sales})
	}
	return list
}

// shopFailView says what went wrong: Text is a phrase, Detail a sentence or empty.
type shopFailView struct{ Text, Detail string }

// front is GET /.
func (s *Shop) front(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusOK, "front", frontView{
		Products: products(), Buttons: s.opts.Buttons, Choices: choices(),
		Me: s.opts.Issuer + "/me", Cancelled: r.URL.Query().Has("cancelled"),
	})
}

// send is POST /letters: one more letter to oneself.
func (s *Shop) send(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	g, ok := s.guest(r)
	if !ok {
		s.fail(w, r, http.StatusForbidden, "shop.signedout", "")
		return
	}
	all, name := occasions(), r.PostFormValue("template")
	i := slices.IndexFunc(all, func(o occasion) bool { return o.template == name })
	if i < 0 {
		s.fail(w, r, http.StatusBadRequest, "shop.missing", "")
		return
	}
	fresh := s.desk.write(r.Context(), g, s.pages.language(w, r, s.root), all[i])
	s.change(r, func(g *guest) {
		// A new list: pages that are being written still read the old one.
		g.Letters = append([]letter{fresh}, g.Letters[:min(len(g.Letters), lettersMost-1)]...)
	})
	http.Redirect(w, r, s.root+"/#letter", http.StatusSeeOther)
}

// newsletter is POST /newsletter: permission for sales messages, given or taken back.
func (s *Shop) newsletter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	yes := r.PostFormValue("yes") == "1"
	if !s.change(r, func(g *guest) { g.Newsletter = yes }) {
		s.fail(w, r, http.StatusForbidden, "shop.signedout", "")
		return
	}
	http.Redirect(w, r, s.root+"/#choices", http.StatusSeeOther)
}

// show renders one of the shop's pages.
func (s *Shop) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	f := s.pages.frame(w, r, s.root, data)
	if g, ok := s.guest(r); ok {
		f.Guest = &g
	}
	s.pages.write(w, status, name, f)
}

// fail renders a page that says in a phrase what went wrong and what to do.
func (s *Shop) fail(w http.ResponseWriter, r *http.Request, status int, text, detail string) {
	s.show(w, r, status, "shopfail", shopFailView{text, detail})
}
