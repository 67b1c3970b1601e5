package httpapi

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"html/template"
	"net/http"
	"sync"
	"time"

	"pleiades/shared/crisis"
	"pleiades/shared/phrase"
)

// crisisPath is the page with emergency numbers and crisis lines. It works
// without scripts, shows nothing of a person and is kept by the worker, so that
// it is there without the server too. With the anchor of a country, such as
// /crisis#ie, it shows that country; without one it shows none.
const crisisPath = "/crisis"

// crisisDataPath is the same for the app, which shows it in place: the text of
// the directory.
const crisisDataPath = "/crisis.txt"

//go:embed crisis.html
var crisisText string

// crisisOrigin is where an entry comes from, as the page shows it.
type crisisOrigin struct {
	crisis.Origin
	Status  crisis.Status
	Words   *phrase.Crisis
	Spanish *phrase.Crisis
}

// Day returns the day of the verification, the same in every language.
func (o crisisOrigin) Day() string { return o.VerifiedOn.Format(time.DateOnly) }

// renderCrisis makes the document. It tells how far the entries can be relied
// on at the time now.
func (s *server) renderCrisis(origin string, now time.Time) (document, error) {
	spanish := phrase.DangerIn("es")
	shape, err := template.New("crisis").Funcs(template.FuncMap{
		"origin": func(o crisis.Origin) crisisOrigin {
			return crisisOrigin{o, o.Status(now), &texts.Crisis, &spanish.Crisis}
		},
	}).Parse(crisisText)
	if err != nil {
		return document{}, err
	}
	var text bytes.Buffer
	err = shape.Execute(&text, map[string]any{
		"Words":     &texts.Crisis,
		"Spanish":   &spanish.Crisis, // a line beneath each one in English
		"Lang":      texts.Lang,
		"Brand":     texts.Brand,
		"Nav":       texts.Nav,
		"Lock":      texts.Lock,
		"Elsewhere": phrase.Elsewhere,
		// For the quick exit alone, which leaves faster and locks with them.
		"Scripts":       s.scripts("db.js", "vault.js", "exit.js"),
		"Countries":     s.Crisis.Countries(),
		"International": crisis.International(),
		"Canonical":     origin + crisisPath,
		"Light":         themeLight,
		"Dark":          themeDark,
		"Icon":          s.Assets.URL("icons/icon.svg"),
		"TouchIcon":     s.Assets.URL("icons/apple-touch-icon.png"),
		"Style":         s.Assets.URL("style.css"),
	})
	if err != nil {
		return document{}, err
	}
	return compressedDocument("", text.Bytes()), nil
}

// crisisPage is the document of a day: as time goes by, what was verified
// becomes what was verified too long ago.
type crisisPage struct {
	render func(now time.Time) (document, error)
	now    func() time.Time

	mu    sync.Mutex
	day   string
	shown document
}

func (s *server) newCrisisPage(origin string) *crisisPage {
	return &crisisPage{
		render: func(now time.Time) (document, error) { return s.renderCrisis(origin, now) },
		now:    s.Now,
	}
}

// today returns the document, made anew on a new day; with an error, the last
// one.
func (p *crisisPage) today() (document, error) {
	now := p.now().UTC()
	p.mu.Lock()
	defer p.mu.Unlock()
	if day := now.Format(time.DateOnly); day != p.day {
		made, err := p.render(now)
		if err != nil {
			return p.shown, err
		}
		p.day, p.shown = day, made
	}
	return p.shown, nil
}

// serve serves the document of today, or, should making it fail, the last one:
// help comes before its freshness.
func (p *crisisPage) serve(w http.ResponseWriter, r *http.Request) {
	page, _ := p.today()
	page.serve(w, r)
}

// crisisDataDocument makes the text of the directory.
func crisisDataDocument(directory crisis.Directory) document {
	return compressedDocument("text/plain; charset=utf-8", []byte(directory.Text()))
}

// compressedDocument makes a document that is sent compressed. That takes longer
// than all else at the start, so it is done when the first one asks for it.
func compressedDocument(contentType string, content []byte) document {
	return document{
		contentType: contentType, body: content, etag: etag(content), status: http.StatusOK,
		gzip: sync.OnceValue(func() []byte { return compress(content) }),
	}
}

// compress makes a tenth of the page, which is long and repeats itself.
func compress(content []byte) []byte {
	var out bytes.Buffer
	// Neither the level, which exists, nor writing to memory can fail.
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = w.Write(content)
	_ = w.Close()
	return out.Bytes()
}
