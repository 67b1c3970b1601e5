package httpapi

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// The names of the fields of the form at contactPath, which are their ids too.
const (
	contactEmail = "contact-email"
	contactKind  = "contact-kind"
	contactText  = "contact-text"
	contactKey   = "contact-key"
)

// contactForm answers who asks without the program: the same form again, with what
// they wrote and what is wrong with it, or that it came.
type contactForm struct {
	again *template.Template // of contactAnswer
	page  Page               // around it
	sent  document
	draw  func(Page) (document, error)
	// begin and end are the page as it is drawn for everyone, around the key of the
	// form.
	begin, end []byte
}

// contactAnswer is what stands in the form. Key is made with the page: a form that
// comes twice, pressed twice or loaded anew, is taken once.
type contactAnswer struct{ Email, Kind, Text, Key, Error string }

// newContactForm makes the form's template of the page as it is drawn for everyone.
func newContactForm(pages Pages, draw func(Page) (document, error)) (contactForm, error) {
	f := contactForm{page: pages.Contact, draw: draw}
	const hole = ` id="` + contactKey + `" value="`
	whole := f.page
	whole.Content = template.HTML(strings.Replace(string(whole.Content), ` id="`+contactKey+`"`, hole+`"`, 1)) // #nosec G203 -- our own page
	drawn, err := draw(whole)
	if err != nil {
		return contactForm{}, err
	}
	at := bytes.Index(drawn.body, []byte(hole)) + len(hole)
	f.begin, f.end = drawn.body[:at], drawn.body[at:]
	f.page.Plain, f.page.Public = true, false
	shape := string(pages.Contact.Content)
	put := func(before, after string) error {
		if strings.Count(shape, before) != 1 {
			return fmt.Errorf("it has not the one %s", before)
		}
		shape = strings.Replace(shape, before, after, 1)
		return nil
	}
	errs := []error{
		put(` id="`+contactEmail+`"`, ` id="`+contactEmail+`" value="{{.Email}}"`),
		put(` id="`+contactKey+`"`, ` id="`+contactKey+`" value="{{.Key}}"`),
		put(`</textarea>`, `{{.Text}}</textarea>`),
		put(`role="alert"></p>`, `role="alert">{{.Error}}</p>`),
	}
	for _, kind := range wire.TicketKinds() {
		option := fmt.Sprintf(`value="%s"`, kind)
		errs = append(errs, put(option, fmt.Sprintf(`%s{{if eq .Kind "%s"}} selected{{end}}`, option, kind)))
	}
	if err := errors.Join(errs...); err != nil {
		return contactForm{}, err
	}
	if f.again, err = template.New("contact").Parse(shape); err != nil {
		return contactForm{}, err
	}
	f.sent, err = draw(pages.Sent)
	return f, err
}

// serve answers with the page, which has a key of its own.
func (f contactForm) serve(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	writePage(w, http.StatusOK, document{body: slices.Concat(f.begin, []byte(rand.Text()), f.end)})
}

// contactID returns the id of what is asked by the form with a key: the same for the
// same.
func contactID(key string, in wire.Contact) uuid.UUID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q\n%q\n%q\n%q", key, string(in.Email), string(in.Kind), string(in.Text)))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8, RFC 9562
	return id
}

// postingPolicy is contentSecurityPolicy of a page that posts a form to this site.
var postingPolicy = strings.Replace(contentSecurityPolicy, "form-action 'none'", "form-action 'self'", 1)

// postable lets a page post its form to this site. Browsers name no origin with it
// where they may tell none of where it comes from.
func postable(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", postingPolicy)
		w.Header().Set("Referrer-Policy", "same-origin")
		serve(w, r)
	}
}

// postContact takes the form at contactPath, as POST /contact of the API does. What
// no browser makes of it is refused as there.
func (s *server) postContact(w http.ResponseWriter, r *http.Request) {
	if err := s.crossOrigin.Check(r); err != nil {
		writeProblem(w, newProblem(wire.CodeCrossOrigin))
		return
	}
	_, letGo, p := s.readBody(w, r, isForm)
	defer letGo()
	if p != nil {
		writeProblem(w, p)
		return
	}
	if err := r.ParseForm(); err != nil {
		writeProblem(w, newProblem(wire.CodeBadRequest))
		return
	}
	in, key := contactOf(r.PostForm), cmp.Or(r.PostForm.Get(contactKey), rand.Text())
	in.ID = contactID(key, in)
	if err := s.takeContact(r, in); err != nil {
		s.askAgain(w, in, key, s.problem(r.Context(), err))
		return
	}
	writePage(w, http.StatusOK, s.contactForm.sent)
}

// contactOf reads the form.
func contactOf(form url.Values) wire.Contact {
	return wire.Contact{
		Email: message.Text(strings.TrimSpace(form.Get(contactEmail))),
		Kind:  wire.TicketKind(form.Get(contactKind)),
		Text:  message.Text(form.Get(contactText)),
	}
}

// askAgain answers with the form as it came, and what is wrong with it.
func (s *server) askAgain(w http.ResponseWriter, in wire.Contact, key string, p *Problem) {
	answer := contactAnswer{string(in.Email), string(in.Kind), string(in.Text), key, p.Title + " " + p.Detail}
	switch {
	case p.Code == wire.CodeInvalidRequest:
		answer.Error = texts.Support.Contact.BadEmail
	case p.Code == wire.CodeInvalidMessage && len(p.Errors) > 0:
		answer.Error = texts.Message(message.Code(p.Errors[0]))
	}
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	var content strings.Builder
	drawn, err := document{}, s.contactForm.again.Execute(&content, answer)
	if err == nil {
		page := s.contactForm.page
		page.Content = template.HTML(content.String()) // #nosec G203 -- of a template that escapes
		drawn, err = s.contactForm.draw(page)
	}
	if err != nil {
		s.Log.Error("form not drawn", "err", err)
		writeProblem(w, newProblem(wire.CodeInternal))
		return
	}
	writePage(w, p.Status, drawn)
}

// writePage answers with a page that nobody keeps, unless it was said otherwise.
func writePage(w http.ResponseWriter, status int, d document) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(d.body) // the reader is gone: nobody left to tell
}

// isForm reports whether a content type is that of a plain form.
func isForm(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/x-www-form-urlencoded"
}
