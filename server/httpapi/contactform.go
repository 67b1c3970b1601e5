package httpapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// The names of the fields of the form at contactPath, which are their ids too.
const (
	contactEmail = "contact-email"
	contactKind  = "contact-kind"
	contactText  = "contact-text"
)

// contactAgain is how long the same form, come once more, is taken for the same
// question: pressed twice or loaded anew. Later it is asked again.
const contactAgain = 5 * time.Minute

// contactForm answers who asks without the program: the same form again, with what
// they wrote and what is wrong with it, or that it came.
type contactForm struct {
	again *template.Template // of contactAnswer
	page  Page               // around it
	sent  document
	draw  func(Page) (document, error)
	// key makes ids of what was asked: a form that comes twice is taken once.
	key []byte
}

// contactAnswer is what stands in the form.
type contactAnswer struct{ Email, Kind, Text, Error string }

// newContactForm makes the form's template of the page as it is drawn for everyone.
func newContactForm(pages Pages, draw func(Page) (document, error)) (contactForm, error) {
	f := contactForm{page: pages.Contact, draw: draw, key: make([]byte, sha256.Size)}
	_, _ = rand.Read(f.key) // never fails
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
	var err error
	if f.again, err = template.New("contact").Parse(shape); err != nil {
		return contactForm{}, err
	}
	f.sent, err = draw(pages.Sent)
	return f, err
}

// id returns the id of what is asked: the same for the same in the same span of
// contactAgain.
func (f contactForm) id(in wire.Contact, at time.Time) uuid.UUID {
	mac := hmac.New(sha256.New, f.key)
	fmt.Fprintf(mac, "%d\n%q\n%q\n%q", at.Truncate(contactAgain).Unix(), string(in.Email), string(in.Kind), string(in.Text))
	id := uuid.UUID(mac.Sum(nil)[:16])
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
	in := contactOf(r.PostForm)
	in.ID = s.contactForm.id(in, s.Now())
	if err := s.takeContact(r, in); err != nil {
		s.askAgain(w, in, s.problem(r.Context(), err))
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
func (s *server) askAgain(w http.ResponseWriter, in wire.Contact, p *Problem) {
	answer := contactAnswer{string(in.Email), string(in.Kind), string(in.Text), p.Title + " " + p.Detail}
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

// writePage answers with a page that nobody keeps.
func writePage(w http.ResponseWriter, status int, d document) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(d.body) // the reader is gone: nobody left to tell
}

// isForm reports whether a content type is that of a plain form.
func isForm(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/x-www-form-urlencoded"
}
