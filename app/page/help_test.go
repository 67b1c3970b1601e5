package page

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/crisis"
	"pleiades/shared/guidance"
	"pleiades/shared/help"
	"pleiades/shared/help/articles"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// writingBox is the box of a conversation with a text in it.
func writingBox(s *state.App, text string) *writing {
	e := &env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}
	w := newWriting(e, talk, nil)
	w.client, w.typed = s.View(talk).PeerRole == wire.RoleTherapist, message.Text(text)
	if w.client {
		w.advice = w.guide.look(&w.lexicon, w.typed, w.style)
	}
	return w
}

func TestTray(t *testing.T) {
	draw := func(w *writing) string {
		html := app.HTMLString(w)
		checkMarkup(t, html)
		return html
	}

	t.Run("holds a card with all it has to say", func(t *testing.T) {
		html := draw(writingBox(loggedIn(wire.RoleClient), tooLong))
		cards := phrase.CardsIn("en")
		advice := cards.Advice[guidance.TooLong]
		has(t, html, `data-testid="guidance-too_long"`, `data-level="advice"`, advice.Title, advice.Do, advice.Before, advice.After,
			"guidance-keep", `href="/help/messaging-your-therapist#how-long-a-message-should-be"`)
		hasNot(t, html, "crisis-panel", "agenda-move-all")
	})

	t.Run("asks in a second tap what to keep", func(t *testing.T) {
		w := writingBox(loggedIn(wire.RoleClient), tooLong)
		w.asking = guidance.TooLong
		html := draw(w)
		has(t, html, "agenda-move-all", "agenda-move-none")
		hasNot(t, html, "agenda-move-marked")
		w.marked = span{0, 20}
		has(t, draw(w), "agenda-move-marked")
	})

	t.Run("opens help in danger, without a country no country's numbers", func(t *testing.T) {
		html := draw(writingBox(loggedIn(wire.RoleClient), inDangerNow))
		has(t, html, `data-testid="guidance-crisis_imminent"`, `data-level="safety"`, `data-testid="crisis-panel"`,
			`data-testid="crisis-country"`, phrase.DangerIn("en").NoNumber, `href="/crisis"`, "findahelpline.com")
		hasNot(t, html, "tel:", "sms:", "crisis-emergency")
	})

	t.Run("offers help where it is heavy", func(t *testing.T) {
		html := draw(writingBox(loggedIn(wire.RoleClient), heavy))
		has(t, html, `data-testid="guidance-crisis_concern"`, `data-testid="crisis-toggle"`)
		hasNot(t, html, `data-testid="crisis-panel"`)
	})

	t.Run("keeps help after a message about danger", func(t *testing.T) {
		w := writingBox(loggedIn(wire.RoleClient), "")
		w.danger = "en"
		has(t, draw(w), `data-testid="crisis-sent"`, phrase.DangerIn("en").SentText, `data-testid="crisis-panel"`)
		w.folded = true
		html := draw(w)
		has(t, html, `data-testid="crisis-sent"`, phrase.DangerIn("en").Away)
		hasNot(t, html, `data-testid="crisis-panel"`)
	})

	t.Run("has one panel only, whatever was sent before", func(t *testing.T) {
		w := writingBox(loggedIn(wire.RoleClient), inDangerNow)
		w.danger = "en"
		if n := strings.Count(draw(w), `data-testid="crisis-panel"`); n != 1 {
			t.Errorf("has %d", n)
		}
	})

	t.Run("is empty for therapists", func(t *testing.T) {
		hasNot(t, draw(writingBox(loggedIn(wire.RoleTherapist), inDangerNow)), "guidance-crisis", "tray-slot")
	})
}

// TestHelpInSpanish shows help in danger to who writes in Spanish, in Spanish.
func TestHelpInSpanish(t *testing.T) {
	const text = "Voy a matarme esta noche."
	words := phrase.DangerIn("es")
	s := loggedIn(wire.RoleClient)
	s.SetNumbers(crisis.BuiltIn())
	s.SetCountry("US")
	w := writingBox(s, text)
	panel := func(t *testing.T, html string) {
		t.Helper()
		if tag := regexp.MustCompile(`<div [^>]*data-testid="crisis-panel"[^>]*>`).FindString(html); !strings.Contains(tag, ` lang="es"`) {
			t.Errorf("the panel is %q", tag)
		}
	}

	t.Run("while they write a message", func(t *testing.T) {
		html := app.HTMLString(w)
		panel(t, html)
		has(t, html, words.For, words.Sending, words.All, words.Plan, "Llama al 911", "Estados Unidos",
			words.Crisis.Statuses[crisis.Unverified], words.Hide, phrase.CardsIn("es").Advice[guidance.CrisisImminent].Title)
		hasNot(t, html, "Call ", "Not verified", "United States")
	})
	t.Run("folded, and after it was sent", func(t *testing.T) {
		w.guide.dismiss(guidance.CrisisImminent)
		w.advice = w.guide.look(&w.lexicon, w.typed, w.style)
		has(t, app.HTMLString(w), words.Away, words.ShowShort)
		sent := writingBox(s, "")
		sent.danger = w.advice.inDanger()
		panel(t, app.HTMLString(sent))
		has(t, app.HTMLString(sent), words.Sent, words.SentText)
	})
	t.Run("beside every other box", func(t *testing.T) {
		e := &env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}
		for name, page := range map[string]func() app.Composer{
			"a list": func() app.Composer {
				p := newNextAppointment(e)
				p.box.hold(text)
				return p
			},
			"support": func() app.Composer {
				p := newSupport(e)
				p.box.hold(text)
				return p
			},
			"TARS": func() app.Composer {
				p := newTARS(e)
				p.awake = true
				p.take(text)
				return p
			},
		} {
			html := app.HTMLString(page())
			panel(t, html)
			has(t, html, words.For)
			if name == "a list" {
				has(t, html, words.SendingItem)
			}
		}
		search := newHelpSearch(e)
		search.query, search.danger = text, inDanger(text)
		has(t, app.HTMLString(search), `lang="es"`, words.Title, words.Text, words.Crisis.Page)
	})
}

func TestInDanger(t *testing.T) {
	// A letter takes up to four bytes: the whole of a long message is looked at all the same.
	for _, filling := range []string{"a", "я", "😭"} {
		text := inDangerNow + "\n" + strings.Repeat(filling+" ", message.MaxLength/2-len(inDangerNow))
		if got := inDanger(text); got != "en" {
			t.Errorf("%d characters, %d bytes: got %q", message.Length(message.Text(text)), len(text), got)
		}
	}
	for text, want := range map[string]danger{
		"suicide": "en", "Kill myself": "en", "suicide hotline": "en", "suicidio": "es", "matarme": "es", "tengo ganas de kill myself": "es",
	} {
		if got := inDanger(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := ending("añ😭", 2); got != "ñ😭" {
		t.Errorf("got %q", got)
	}
}

func TestHelpChoices(t *testing.T) {
	words := phrase.DangerIn("en")
	testIDs := func(choices []ui.HelpChoice) []string {
		var ids []string
		for _, c := range choices {
			ids = append(ids, c.TestID)
		}
		return ids
	}
	country := crisis.Country{
		Emergency: []crisis.Emergency{{Service: crisis.AllServices, Phone: "112"}},
		Lines: []crisis.Line{
			{Name: "Young", Phones: []crisis.Phone{"1"}, Audience: crisis.Youth},
			{Name: "Writing", Text: crisis.Text{Phone: "50 808", Keyword: "HELLO"}, Hours: crisis.Always},
			{Name: "Calling", Phones: []crisis.Phone{"116 123"}, Chat: "https://chat.example", Origin: crisis.Origin{VerifiedOn: noon.AddDate(0, -1, 0)}},
		},
	}

	t.Run("go from the emergency number to one's own plan", func(t *testing.T) {
		plan := state.Plan{People: []state.Person{{Name: "Ada", Phone: "+353 1 555"}, {Name: "without a number"}}}
		choices, unsure := helpChoices(words, country, plan, noon, crisis.Everyone)
		want := []string{"crisis-emergency", "crisis-line-1", "crisis-line-2", "crisis-line-3", "crisis-person-1", "crisis-plan"}
		if got := testIDs(choices); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i, href := range []string{"tel:112", "tel:116123", "sms:50808?body=HELLO", "https://chat.example", "tel:+3531555", planPath} {
			if choices[i].Href != href {
				t.Errorf("%s leads to %s, want %s", choices[i].TestID, choices[i].Href, href)
			}
		}
		if !unsure || !strings.Contains(choices[0].Note, words.Crisis.Statuses[crisis.Unverified]) {
			t.Error("does not say that the emergency number is not verified")
		}
		if strings.Contains(choices[1].Note, words.Crisis.Statuses[crisis.Unverified]) {
			t.Error("says so of one that is verified")
		}
	})

	t.Run("are first those for who is hurt by another, where that is spoken of", func(t *testing.T) {
		hurt := country
		for _, name := range []string{"Refuge", "Shelter", "Third"} {
			hurt.Lines = append(hurt.Lines, crisis.Line{Name: name, Phones: []crisis.Phone{crisis.Phone(strconv.Itoa(len(hurt.Lines)))}, Audience: crisis.Abuse})
		}
		choices, _ := helpChoices(words, hurt, state.Plan{}, noon, crisis.Abuse)
		var calls []string
		for _, c := range choices {
			if strings.HasPrefix(c.Href, "tel:") {
				calls = append(calls, c.Href)
			}
		}
		if want := []string{"tel:112", "tel:3", "tel:4", "tel:116123"}; !slices.Equal(calls, want) {
			t.Errorf("got %v, want %v", calls, want)
		}
		for text, want := range map[string]crisis.Audience{
			"My husband hit me again last night and I am scared of him.": crisis.Abuse,
			"I am going to kill myself tonight.":                         crisis.Everyone,
			"Can we move our appointment from Tuesday to Wednesday?":     crisis.Everyone,
		} {
			if got := lookAt(newGuide(), text).helpFor(); got != want {
				t.Errorf("%q: help for %q, want %q", text, got, want)
			}
		}
	})

	t.Run("are few", func(t *testing.T) {
		var many crisis.Country
		for range 20 {
			many.Lines = append(many.Lines, crisis.Line{Phones: []crisis.Phone{"1"}, Chat: "https://chat.example"})
		}
		if choices, _ := helpChoices(words, many, state.Plan{}, noon, crisis.Everyone); len(choices) != maxCalls+maxWrites+1 {
			t.Errorf("there are %d", len(choices))
		}
	})

	t.Run("begin with an emergency number in every country", func(t *testing.T) {
		dialable := regexp.MustCompile(`^(tel:\+?[0-9*]+|sms:\+?[0-9]+(\?body=[A-Za-z]+)?|https://[^"<> ]+|/safety-plan)$`)
		for _, c := range crisis.BuiltIn().Countries() {
			choices, _ := helpChoices(words, c, state.Plan{}, noon, crisis.Everyone)
			if choices[0].TestID != "crisis-emergency" {
				t.Errorf("%s: %s is first", c.Code, choices[0].TestID)
			}
			for _, choice := range choices {
				if !dialable.MatchString(choice.Href) {
					t.Errorf("%s: %q leads to %q", c.Code, choice.Text, choice.Href)
				}
			}
		}
	})
}

func TestPlan(t *testing.T) {
	s := loggedIn(wire.RoleClient)
	s.SetCountry("IE")
	s.SetPlan(state.Plan{Signs: "I stop answering", Safer: "Ada keeps the key", People: []state.Person{{Name: "Ada", Phone: "+353 1 555"}}})
	e := &env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}
	html := app.HTMLString(newPlanPage(e))
	checkMarkup(t, html)
	has(t, html, phrase.English().SafetyPlan.Private, "plan-signs", "plan-steps", "plan-places", "plan-name-1", "plan-reasons", "plan-safer",
		"plan-print", "I stop answering", "Ada keeps the key", `href="tel:+3531555"`, `href="/crisis#ie"`, "crisis-country")

	t.Run("keeps nobody without a name and a number", func(t *testing.T) {
		people := []state.Person{{}, {Name: "Ada"}, {Name: " "}, {Phone: "1"}}
		if got := trimPlan(state.Plan{People: people}); len(got.People) != 2 || len(people) != 4 {
			t.Errorf("got %+v", got.People)
		}
	})

	t.Run("has room for a first person", func(t *testing.T) {
		s.SetPlan(state.Plan{})
		has(t, app.HTMLString(newPlanPage(e)), "plan-name-1")
	})

	t.Run("changes nothing of what the state holds", func(t *testing.T) {
		s.SetPlan(state.Plan{People: []state.Person{{Name: "Ada"}}})
		newPlanPage(e).plan.People[0].Name = "Bo"
		if s.Plan().People[0].Name != "Ada" {
			t.Error("it did")
		}
	})
}

// library is the Help Center as the server has it.
func library(t *testing.T) *help.Library {
	t.Helper()
	l, err := articles.English()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestHelpPages(t *testing.T) {
	l := library(t)
	pages := Help(l)
	if len(pages) != len(l.Articles)+1 || pages[0].Path != helpPath {
		t.Fatalf("there are %d pages for %d articles", len(pages), len(l.Articles))
	}
	for _, p := range pages {
		t.Run(p.Path+" is whole and safe before the program runs", func(t *testing.T) {
			if p.Title == "" || p.Description == "" {
				t.Error("it has no title or description")
			}
			html := app.HTMLString(p.Content)
			checkMarkup(t, html)
			for _, input := range regexp.MustCompile(`<(input|button|textarea)[^>]*>`).FindAllString(html, -1) {
				if !strings.Contains(input, "disabled") {
					t.Errorf("takes input that would be lost: %s", input)
				}
			}
		})
	}

	t.Run("lead from findings to headings that are there", func(t *testing.T) {
		guide, ok := l.Find(guideArticle)
		if !ok {
			t.Fatal("there is no guide")
		}
		for _, code := range guidance.Codes() {
			if _, ok := guide.Find(guideParts[code]); !ok {
				t.Errorf("%s leads nowhere", code)
			}
		}
		if _, ok := guide.Find(tryAnchor); !ok {
			t.Error("there is no place for the box to try a text in")
		}
		if _, ok := l.Find(crisisArticle); !ok {
			t.Error("there is no article about crisis resources")
		}
	})

	t.Run("have a part for every heading, and one box", func(t *testing.T) {
		guide, _ := l.Find(guideArticle)
		html := app.HTMLString(pages[1].Content)
		for _, s := range guide.Sections {
			if n := strings.Count(html, `id="`+s.Anchor+`"`); n != 1 {
				t.Errorf("%s is there %d times", s.Anchor, n)
			}
		}
		if n := strings.Count(html, `id="`+tryID+`"`); n != 1 {
			t.Errorf("there are %d boxes", n)
		}
	})
}

// TestTrying holds the box of the guide to the advice of a conversation.
func TestTrying(t *testing.T) {
	for _, text := range []string{tooLong, inDangerNow, heavy, "Can we move Tuesday to 3pm?", "My PIN is 4711, can you change it?"} {
		w := writingBox(loggedIn(wire.RoleClient), text)
		e := &env{Deps: Deps{State: w.State, Clock: utc{}}, words: phrase.English()}
		box := newTrying(e, text)
		box.awake, box.typed, box.guide.ripe = true, message.Text(text), true
		box.review()
		if !slices.Equal(codesOf(box.advice.cards), codesOf(w.advice.cards)) || !slices.Equal(codesOf(box.advice.notes), codesOf(w.advice.notes)) {
			t.Errorf("%.30q: %v %v here, %v %v in a conversation", text, codesOf(box.advice.cards), codesOf(box.advice.notes), codesOf(w.advice.cards), codesOf(w.advice.notes))
		}
		html := app.HTMLString(box)
		checkMarkup(t, html)
		for _, c := range box.advice.cards {
			has(t, html, `data-testid="guidance-`+string(c.code)+`"`)
		}
	}
}

func TestTARS(t *testing.T) {
	e := &env{Deps: Deps{State: loggedIn(wire.RoleClient), Clock: utc{}}, words: phrase.English(), shelf: shelf{library: library(t)}}
	index, err := help.NewIndex(e.shelf.library, help.PackIndex(e.shelf.library))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(question string) string {
		assistant := newTARS(e)
		assistant.awake, assistant.asked, assistant.question = true, true, message.Text(question)
		assistant.answer = index.Ask(question)
		html := app.HTMLString(assistant)
		checkMarkup(t, html)
		return html
	}
	words := e.words.TARS

	t.Run("answers with the passage and where it is from", func(t *testing.T) {
		has(t, ask("I forgot my password"), `data-decision="answer"`, `href="/help/logging-in#forgot-your-password"`, "tars-handover")
	})
	t.Run("declines kindly", func(t *testing.T) {
		html := ask("How many milligrams of sertraline can I take?")
		has(t, html, `data-decision="decline"`, words.Declined.Title)
		hasNot(t, html, "tars-source")
	})
	t.Run("shows help where a question speaks of danger", func(t *testing.T) {
		html := ask("I want to kill myself")
		has(t, html, `data-decision="crisis"`, `data-testid="crisis-panel"`, phrase.DangerIn("en").Title)
		hasNot(t, html, "tars-handover")
	})
	t.Run("asks back where it found nothing", func(t *testing.T) {
		has(t, ask("xyzzy plugh"), words.Nothing)
	})

	t.Run("needs nothing that must be fetched to show help in danger", func(t *testing.T) {
		assistant := newTARS(e) // there is no index on the shelf
		assistant.awake = true
		if assistant.take("I want to kill myself") {
			t.Error("it waits")
		}
		has(t, app.HTMLString(assistant), `data-decision="crisis"`, `data-testid="crisis-panel"`, phrase.DangerIn("en").Title)
	})
	t.Run("says that it gets ready, and where it could not", func(t *testing.T) {
		assistant := newTARS(e)
		assistant.awake = true
		if !assistant.take("I forgot my password") {
			t.Fatal("it does not get ready")
		}
		has(t, app.HTMLString(assistant), words.Busy)
		assistant.reach()
		html := app.HTMLString(assistant)
		has(t, html, e.words.Help.Failed.Text)
		hasNot(t, html, words.Busy)
	})
	t.Run("shows help in danger while it gets ready for another question, and leaves it there", func(t *testing.T) {
		assistant := newTARS(e)
		assistant.awake = true
		assistant.take("I forgot my password")
		if assistant.take("I want to kill myself") {
			t.Error("it waits")
		}
		assistant.reach()
		html := app.HTMLString(assistant)
		has(t, html, `data-testid="crisis-panel"`)
		hasNot(t, html, e.words.Help.Failed.Text)
	})
}

// TestHelpSearch searches before and after there is an index.
func TestHelpSearch(t *testing.T) {
	l := library(t)
	index, err := help.NewIndex(l, help.PackIndex(l))
	if err != nil {
		t.Fatal(err)
	}
	words := phrase.English().Help
	t.Run("in danger help and what is about it are shown, and nothing else", func(t *testing.T) {
		s := newHelpSearch(&env{Deps: Deps{State: loggedIn(wire.RoleClient)}, words: phrase.English(), shelf: shelf{library: l, index: index}})
		s.query = "i want to kill myself"
		s.find()
		const elsewhere = "Close or delete my account"
		has(t, app.HTMLString(s), elsewhere)
		s.danger = inDanger(s.query)
		html := app.HTMLString(s)
		checkMarkup(t, html)
		has(t, html, `data-testid="help-danger"`, phrase.DangerIn("en").Title, help.Path(crisisArticle, ""))
		hasNot(t, html, elsewhere)
	})
	for name, c := range map[string]struct {
		query string
		index *help.Index
		want  string
	}{
		"what was found is told":                {"password", index, words.Found(maxResults)},
		"that there is nothing is told":         {"zzzzzz", index, words.NotFound},
		"that there is no index is told":        {"password", nil, words.Failed.Text},
		"where nothing is sought, nothing told": {"", index, ""},
	} {
		t.Run(name+" once the index comes after the pause", func(t *testing.T) {
			e := &env{Deps: Deps{State: loggedIn(wire.RoleClient)}, words: phrase.English(), shelf: shelf{library: l}}
			s := newHelpSearch(e)
			s.query, s.busy = c.query, true
			if s.summary() != "" {
				t.Errorf("it says %q before", s.summary())
			}
			e.shelf.index = c.index
			s.ready()
			if s.spoken != c.want {
				t.Errorf("it says %q, want %q", s.spoken, c.want)
			}
		})
	}
}
