package httpapi_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"pleiades/server/httpapi"
	"pleiades/server/store/storetest"
	"pleiades/shared/crisis"
	"pleiades/shared/phrase"
)

// The app gets the same directory as the page, the operator's changes included.
func TestCrisisData(t *testing.T) {
	own := crisis.New([]crisis.Country{{Code: "XX", Name: "Somewhere", NameES: "Algún lugar"}})
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) { o.Crisis = own })
	response, body := s.newcomer(t).do("GET", "/crisis.txt", nil, nil)
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("got %d of type %q", response.StatusCode, response.Header.Get("Content-Type"))
	}
	got, err := crisis.Parse(string(body))
	if err != nil || len(got.Countries()) != 1 || got.Countries()[0].Code != "XX" {
		t.Errorf("got %s: %v", body, err)
	}
}

func TestCrisisPage(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	response, body := s.newcomer(t).do("GET", "/crisis", nil, nil)
	page := string(body)

	t.Run("everyone may read and keep it, and it sets no cookie", func(t *testing.T) {
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("got %d of type %s", response.StatusCode, response.Header.Get("Content-Type"))
		}
		if response.Header.Get("Cache-Control") != "no-cache" || response.Header.Get("ETag") == "" || response.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("caching: got %v", response.Header)
		}
		if response.Header.Get("Set-Cookie") != "" || response.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("got %v", response.Header)
		}
	})
	t.Run("what has not changed is not sent again", func(t *testing.T) {
		again, body := s.newcomer(t).do("GET", "/crisis", nil, map[string]string{"If-None-Match": response.Header.Get("ETag")})
		if again.StatusCode != http.StatusNotModified || len(body) > 0 {
			t.Errorf("got %d with %d bytes", again.StatusCode, len(body))
		}
	})
	t.Run("it travels compressed where that is understood", func(t *testing.T) {
		for accepted, compressed := range map[string]bool{
			"br, gzip": true, "GZIP;q=0.5": true, "": false, "identity": false, "gzip;q=0": false, "gzip;q=0.00, br": false, "gzip;x": false,
		} {
			answer, sent := s.newcomer(t).do("GET", "/crisis", nil, map[string]string{"Accept-Encoding": accepted})
			if got := answer.Header.Get("Content-Encoding") == "gzip"; got != compressed || got != (len(sent) < len(page)/5) {
				t.Errorf("%q: got %q, %d bytes", accepted, answer.Header.Get("Content-Encoding"), len(sent))
			}
		}
	})
	t.Run("it is the same for someone logged in", func(t *testing.T) {
		_, theirs := s.mustStaff(t, "therapist", "therapist@example.test").do("GET", "/crisis", nil, nil)
		if string(theirs) != page {
			t.Error("the page differs")
		}
	})
	t.Run("it needs no script and no style of its own", func(t *testing.T) {
		for _, tag := range regexp.MustCompile("<script[^>]*>").FindAllString(page, -1) {
			if !regexp.MustCompile(`^<script defer src="/web/[^"]+/(db|vault|exit)\.js">$`).MatchString(tag) {
				t.Errorf("it has %s: the quick exit alone may have scripts, and works without", tag)
			}
		}
		for _, part := range []string{"<form", "<iframe", " style=", " onclick=", "javascript:", "ZgotmplZ"} {
			if strings.Contains(page, part) {
				t.Errorf("it has %q", part)
			}
		}
		for _, part := range []string{`<html lang="en"`, `<meta name="viewport"`, `href="/"`, `rel="stylesheet"`, "<h1 "} {
			if !strings.Contains(page, part) {
				t.Errorf("%q is missing", part)
			}
		}
	})
	t.Run("it says that nobody watches messages here", func(t *testing.T) {
		if !strings.Contains(page, "Nobody watches messages around the clock") {
			t.Error("it does not")
		}
	})
	t.Run("it has every country, its emergency number before its lines", func(t *testing.T) {
		for _, country := range crisis.BuiltIn().Countries() {
			section := mustSection(t, page, country.Anchor())
			if !strings.Contains(page, `href="#`+country.Anchor()+`"`) {
				t.Errorf("%s cannot be chosen", country.Code)
			}
			call := strings.Index(section, `href="tel:`+country.Emergency[0].Phone.Dial()+`"`)
			lines := strings.Index(section, `class="crisis-line"`)
			if call < 0 || lines < call {
				t.Errorf("%s: emergency number at %d, lines at %d", country.Code, call, lines)
			}
			if got, want := strings.Count(section, "Not verified"), len(country.Emergency)+len(country.Lines); got != want {
				t.Errorf("%s: %d entries say how far they can be relied on, want %d", country.Code, got, want)
			}
		}
	})
	t.Run("it says all that in Spanish, too, and dials the same", func(t *testing.T) {
		spanish := phrase.DangerIn("es").Crisis
		for _, text := range []string{
			spanish.Page, spanish.Danger, spanish.Lead, spanish.NotHere, spanish.Choose, spanish.ChooseHint, spanish.All, spanish.Elsewhere,
			spanish.ElsewhereHint, spanish.AboutSources, "Sudáfrica",
		} {
			if !strings.Contains(page, ` lang="es">`+text+"<") {
				t.Errorf("%q is missing", text)
			}
		}
		mexico := mustSection(t, page, "mx")
		for _, text := range []string{"México", spanish.Emergency, spanish.Lines, spanish.Print, "Llama al 911", spanish.Services[crisis.AllServices], "Sin verificar."} {
			if !strings.Contains(mexico, ` lang="es">`+text+"<") {
				t.Errorf("Mexico: %q is missing", text)
			}
		}
		if !strings.Contains(mexico, "Para todas las personas. Atiende día y noche.") {
			t.Error("Mexico: hours are missing")
		}
		if n := strings.Count(mexico, `href="tel:911"`); n != 1 {
			t.Errorf("Mexico: %d links call 911, want one for both", n)
		}
	})
	t.Run("its links call, text and chat", func(t *testing.T) {
		for anchor, links := range map[string][]string{
			"us": {`href="tel:988"`, `href="sms:988"`, `href="sms:741741?body=HOME"`, `href="https://988lifeline.org" rel="noopener noreferrer"`},
			"gb": {`href="tel:116123"`, `href="sms:85258?body=SHOUT"`},
			"cl": {`href="tel:*4141"`},
			"gh": {`href="tel:&#43;233244471279"`},
		} {
			section := mustSection(t, page, anchor)
			for _, link := range links {
				if !strings.Contains(section, link) {
					t.Errorf("%s: %s is missing", anchor, link)
				}
			}
		}
		for _, link := range regexp.MustCompile(`<a [^>]*href="https?:[^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(link, `rel="noopener noreferrer"`) {
				t.Errorf("%s tells the other side where one comes from", link)
			}
		}
	})
	t.Run("no country stands out before one is chosen", func(t *testing.T) {
		before, _, _ := strings.Cut(page, `class="crisis-country"`)
		if strings.Contains(before, "tel:") {
			t.Error("there is a number outside the countries")
		}
	})
}

func TestCrisisPageOfOperator(t *testing.T) {
	now := time.Now().UTC().Truncate(24 * time.Hour)
	source := func(verified time.Time) crisis.Origin {
		return crisis.Origin{Sources: []crisis.Source{{Name: "https://line.example/a?b=1&c=2"}}, VerifiedOn: verified}
	}
	directory := crisis.New([]crisis.Country{{
		Code: "IE", Name: "Ireland", NameES: "Irlanda",
		Emergency: []crisis.Emergency{{Service: crisis.AllServices, Phone: "112", Origin: source(now)}},
		Lines: []crisis.Line{{
			Name: `Tea & "Talk" <script>`, Text: crisis.Text{Phone: "50 808", Keyword: "A&B"},
			Languages: []string{"en"}, Hours: "18:00-23:00", Audience: crisis.Youth, Origin: source(now.AddDate(-2, 0, 0)),
		}},
	}})
	clock := storetest.NewClock(now)
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) { o.Crisis, o.Now = directory, clock.Now })
	_, body := s.newcomer(t).do("GET", "/crisis", nil, nil)
	page := string(body)

	for _, want := range []string{
		"<strong>Verified.</strong> Last compared with its source on <time datetime=\"" + now.Format(time.DateOnly),
		"<strong>Verified too long ago.</strong>",
		`Source: <a href="https://line.example/a?b=1&amp;c=2" rel="noopener noreferrer">`,
		"Tea &amp; &#34;Talk&#34; &lt;script&gt;",
		`href="sms:50808?body=A%26B"`,
		"For children and young people. Open daily 18:00–23:00, local time. Languages: English.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Count(page, `class="crisis-country"`) != 1 {
		t.Error("there are other countries")
	}

	t.Run("what was verified ages while the server runs", func(t *testing.T) {
		clock.Add(2 * 365 * 24 * time.Hour)
		_, later := s.newcomer(t).do("GET", "/crisis", nil, nil)
		if strings.Contains(string(later), "<strong>Verified.</strong>") {
			t.Error("it still counts as verified")
		}
	})

	t.Run("other numbers are another worker", func(t *testing.T) {
		_, worker := s.newcomer(t).do("GET", "/worker.js", nil, nil)
		usual := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
		if _, before := usual.newcomer(t).do("GET", "/worker.js", nil, nil); string(worker) == string(before) {
			t.Error("the worker is the same: browsers would keep the old numbers")
		}
	})
}

// mustSection returns the part of the page about one country.
func mustSection(t *testing.T, page, anchor string) string {
	t.Helper()
	_, section, found := strings.Cut(page, `<section class="crisis-country" id="`+anchor+`"`)
	if !found {
		t.Fatalf("%s is missing", anchor)
	}
	section, _, _ = strings.Cut(section, "</section>")
	return section
}
