package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tonfall/profile"
	"tonfall/web/ui"
)

// route is one row of the table of calls.
type route struct {
	method, path string
	id           string // operation id; its first word is the group in the documentation
	about        string
	scopes       []string // any one of them
	status       int      // of success; 0: 200
	most         int64    // bytes of body; 0: 1 MiB
	lines        bool     // an Idempotency-Key is honoured line by line
	pure         bool     // a POST without effect: an Idempotency-Key repeats it instead of remembering
}

// Handler serves /v1/…, /openapi.json, /docs, /healthz and /readyz. It fails
// where the embedded pages are broken.
func (a *API) Handler(assets *ui.Assets) (http.Handler, error) {
	mux := http.NewServeMux()
	calls := a.calls(mux)
	docs, err := newDocs(calls.OpenAPI(), assets)
	if err != nil {
		return nil, err
	}
	mux.Handle("GET /openapi.json", document(calls.OpenAPI()))
	mux.Handle("GET /docs", docs)
	mux.HandleFunc("GET /healthz", a.healthy)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("/v1/", a.unknown(mux))
	return mux, nil
}

// calls registers every call.
func (a *API) calls(mux *http.ServeMux) huma.API {
	types := huma.NewMapRegistry("#/components/schemas/", schemaName)
	h := humago.New(mux, huma.Config{
		OpenAPI:                      describe(a.Version, types),
		Formats:                      huma.DefaultFormats,
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{plainProblems(types)},
	})
	h.UseMiddleware(a.guard)

	const customers, customer = "/v1/customers", "/v1/customers/{id}"
	read, write, mood := []string{CustomersRead}, []string{CustomersWrite}, []string{MoodRead}
	render, words := []string{MessagesRender}, []string{MessagesWrite}

	add(a, h, route{method: "GET", path: customers, id: "customers-list", scopes: read,
		about: "Lists customers, oldest first; q finds names, handles, e-mail addresses and numbers. There is no filter by mood: nobody is picked out by it."}, a.list)
	add(a, h, route{method: "GET", path: customer, id: "customers-get", scopes: read,
		about: "One customer: accounts, consents, and how fresh the data are."}, a.get)
	add(a, h, route{method: "PUT", path: customer + "/reference", id: "customers-reference", scopes: write,
		about: "Sets the shop's own customer number. From then on ref:NUMBER names the customer in every call."}, a.setReference)
	add(a, h, route{method: "GET", path: customer + "/consents", id: "consents-list", scopes: read,
		about: "What the customer has decided, purpose by purpose."}, a.consents)
	add(a, h, route{method: "PUT", path: customer + "/consents", id: "consents-decide", scopes: write,
		about: "Notes decisions that the shop has obtained itself. What is not named stays. A withdrawal removes data at once and answers a receipt with counts; granting needs the shop's own proof."}, a.decide)
	add(a, h, route{method: "POST", path: customer + "/texts", id: "customers-texts", scopes: write, status: http.StatusAccepted, most: 4 << 20,
		about: "Hands in what the customer wrote to the shop: e-mails, reviews, chats, comments. Needs the consent shop_texts. A text with the same id replaces the one before."}, a.addTexts)
	add(a, h, route{method: "POST", path: customer + "/resync", id: "customers-resync", scopes: write, status: http.StatusAccepted,
		about: "Queues a fresh import from the customer's networks."}, a.resync)
	add(a, h, route{method: "POST", path: customer + "/links", id: "customers-links", scopes: write,
		about: "Makes a signed link that opens the customer's own page without a sign-in, to put into a mail to that customer."}, a.link)
	add(a, h, route{method: "POST", path: customer + "/export", id: "customers-export", scopes: write, pure: true,
		about: "Everything that is held of the customer, imported and inferred, with where it came from: one JSON object, streamed."}, a.export)
	add(a, h, route{method: "DELETE", path: customer, id: "customers-erase", scopes: write,
		about: "Erases the customer for good and answers a receipt with counts. Erasing twice answers the same counts."}, a.erase)

	add(a, h, route{method: "GET", path: customer + "/tone", id: "mood-tone", scopes: []string{MessagesRender, MoodRead},
		about: "The tones that fit now, best first, with reasons: what a shop's own mail system needs. abstained means that too little is known or may be used, so the tone is plain."}, a.tone)
	add(a, h, route{method: "GET", path: customer + "/mood", id: "mood-get", scopes: mood,
		about: "Today's mood against the person's own long-term baseline, with its evidence. Texts are never quoted."}, a.mood)
	add(a, h, route{method: "GET", path: customer + "/readings", id: "mood-readings", scopes: mood,
		about: "Every reading, newest first, with where it came from and the consents that allowed it."}, a.readings)
	add(a, h, route{method: "POST", path: "/v1/score", id: "mood-score", scopes: []string{Score}, pure: true,
		about: "Reads texts without keeping anything: one reading a text, in order."}, a.score)

	add(a, h, route{method: "GET", path: "/v1/templates", id: "templates-list", scopes: []string{MessagesRender, MessagesWrite},
		about: "Lists the shop's templates."}, a.listTemplates)
	add(a, h, route{method: "GET", path: "/v1/templates/{name}", id: "templates-get", scopes: []string{MessagesRender, MessagesWrite},
		about: "One template with every wording, and the document it was parsed from."}, a.getTemplate)
	add(a, h, route{method: "PUT", path: "/v1/templates/{name}", id: "templates-put", scopes: words,
		about: "Replaces a template by a document (JSON, or YAML as in files). Where it has an error, all of them are answered, and the template before stays in force."}, a.putTemplate)
	add(a, h, route{method: "POST", path: "/v1/templates/{name}/preview", id: "templates-preview", scopes: []string{MessagesRender, MessagesWrite}, pure: true,
		about: "Renders every tone side by side for a sample person or a real customer, and says which one would go out and why. Never has side effects."}, a.preview)
	add(a, h, route{method: "POST", path: "/v1/messages/render", id: "messages-render", scopes: render,
		about: "Chooses the wording for a customer, renders it and records the exposure. A suppressed message has no text: do not send it."}, a.render)
	add(a, h, route{method: "POST", path: "/v1/messages/render/batch", id: "messages-render-batch", scopes: render, most: 4 << 20, lines: true,
		about: "The same for many: one JSON request a line in (NDJSON), one answer or problem a line out, in order."}, a.renderBatch)
	add(a, h, route{method: "POST", path: "/v1/exposures/{id}/outcomes", id: "messages-outcome", scopes: []string{MessagesRender, MessagesWrite},
		about: "Reports what came of a message. Saying the same again changes nothing."}, a.outcome)
	return h
}

// answer is a JSON body.
type answer[T any] struct{ Body T }

// add registers a call that answers one JSON value.
func add[I, O any](a *API, h huma.API, r route, fn func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Summary: firstSentence(r.about), Description: r.about,
		Tags: []string{r.id[:strings.IndexByte(r.id, '-')]}, DefaultStatus: r.status, MaxBodyBytes: r.most,
		Security: []map[string][]string{{"backend": r.scopes}},
		Metadata: map[string]any{"route": r},
	}
	huma.Register(h, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if err == nil {
			return out, nil
		}
		if profile.KindOf(err) == profile.Internal && !errors.As(err, new(*Problem)) {
			a.Log.ErrorContext(ctx, "call failed", "call", r.id, "request", ui.RequestID(ctx), "error", err)
		}
		return nil, problemOf(who(ctx).request, err)
	})
}

// routeOf is the row of an operation.
func routeOf(op *huma.Operation) route {
	r, _ := op.Metadata["route"].(route)
	return r
}

func firstSentence(text string) string {
	if i := strings.IndexAny(text, ".:;"); i > 0 {
		return text[:i]
	}
	return text
}

// unknown answers what is no call: 405 where the path takes another method.
func (a *API) unknown(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{"GET", "PUT", "POST", "DELETE"} {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/v1/" {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) == 0 {
			ui.WriteProblem(w, r, profile.Errorf(profile.NotFound, "there is no such call: /docs lists all of them"))
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		p := problemOf(r, profile.Errorf(profile.Invalid, "this path takes %s", strings.Join(allowed, " or ")))
		p.Status = http.StatusMethodNotAllowed
		writeProblem(w, p)
	}
}

// note logs what the caller cannot be told.
func (a *API) note(err error, what string) {
	if err != nil {
		a.Log.Error(what, "error", err)
	}
}
