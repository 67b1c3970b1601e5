package page

import (
	"slices"
	"strings"
	"time"

	"pleiades/shared/availability"
	"pleiades/shared/crisis"
	"pleiades/shared/guidance"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// guide is what is known of one draft beside its words: which cards its writer
// has put aside, which were announced. It lives as long as the draft, and only
// in memory.
type guide struct {
	aside map[guidance.Code]bool // put aside; of safety: folded
	open  map[guidance.Code]bool // of safety: unfolded by hand
	said  map[guidance.Code]bool // announced to screen readers
	ripe  bool                   // enough is written to ask what is meant
}

func newGuide() *guide {
	return &guide{
		aside: make(map[guidance.Code]bool), open: make(map[guidance.Code]bool), said: make(map[guidance.Code]bool),
	}
}

// dismiss puts a card aside. Help in danger is folded, never gone.
func (g *guide) dismiss(code guidance.Code) {
	g.aside[code] = true
	delete(g.open, code)
}

// unfold shows help in danger.
func (g *guide) unfold(code guidance.Code) {
	delete(g.aside, code)
	g.open[code] = true
}

// help says how much is shown of the help in danger: all of it by itself in
// present danger, and on a tap otherwise.
func (g *guide) help(code guidance.Code) helpShown {
	switch {
	case code.Level() != guidance.LevelSafety || g.aside[code]:
		return helpLine
	case g.open[code] || code == guidance.CrisisImminent:
		return helpOpen
	default:
		return helpOffer
	}
}

// advice is what is shown about a draft.
type advice struct {
	cards []card
	notes []card // kind words and notes: a line each
	marks []part // nil where nothing is marked
	about []guidance.Card
}

// card is what is shown about one code.
type card struct {
	code    guidance.Code
	level   guidance.Level
	lang    string    // of the words, that of the text
	noticed string    // the words it speaks of; may be empty
	reason  string    // why the rule fired
	help    helpShown // of safety
	// audience is that of the lines which come first in the help in danger.
	audience crisis.Audience
}

// helpShown says how much of the help in danger is shown.
type helpShown uint8

const (
	helpLine  helpShown = iota // that it is there
	helpOffer                  // a kind word, and that it is there
	helpOpen                   // all of it
)

// part is a stretch of a text, with the level of what marks it, if anything.
type part struct {
	text  string
	level guidance.Level
}

// look reviews a draft and picks what is shown of it.
func (g *guide) look(words *lexicon, text message.Text, style availability.Style) advice {
	body := string(text)
	if strings.TrimSpace(body) == "" {
		return advice{}
	}
	g.ripe = g.ripe || !begun(body)
	all := guidance.Review(body, guidance.Context{Style: style})
	var found []guidance.Finding
	for _, f := range all {
		switch {
		case f.Level == guidance.LevelSafety:
		case g.aside[f.Code], !g.ripe && (f.Code == guidance.Vague || f.Code == guidance.UnclearRequest):
			continue
		}
		found = append(found, f)
	}
	a := advice{about: pick(found)}
	lang := language(all)
	for _, c := range a.about {
		shown := g.card(words, c, body, lang)
		if c.Level == guidance.LevelSafety || c.Level == guidance.LevelAdvice {
			a.cards = append(a.cards, shown)
		} else {
			a.notes = append(a.notes, shown)
		}
	}
	a.marks = marks(body, a.about)
	return a
}

// prepareGuidance makes ready what reviews texts, in pieces between which the page
// can be used.
func prepareGuidance() {
	const piece = 8 * time.Millisecond
	began := time.Now()
	guidance.Prepare(func() {
		if time.Since(began) > piece {
			time.Sleep(time.Millisecond)
			began = time.Now()
		}
	})
}

// begun reports whether a text is hardly more than begun: a few words and no
// end of a sentence. Nobody could tell yet what is meant, and to ask would make
// cards come and go with each word. Where the writer pauses there, they are
// asked all the same: see settle.
func begun(text string) bool {
	return len(strings.Fields(text)) < 8 && !strings.ContainsAny(strings.TrimLeft(text, ".!?¡¿… "), ".!?…\n")
}

// settle notes that the writer pauses, and reports whether that changes what is
// shown: more than two words may then be asked about.
func (g *guide) settle(text message.Text) bool {
	if g.ripe || len(strings.Fields(string(text))) < 3 {
		return false
	}
	g.ripe = true
	return true
}

// pick returns what is shown of findings: what guidance.Show picks, and beside
// advice every kind word and note, which take one quiet line. Where kind words
// would be out of place, in danger and beside a word about boundaries, there
// are none.
func pick(found []guidance.Finding) []guidance.Card {
	var cards []guidance.Card
	safety, boundary := false, false
	for _, c := range guidance.Show(found) {
		safety, boundary = safety || c.Level == guidance.LevelSafety, boundary || c.Code == guidance.Boundary
		if c.Level == guidance.LevelSafety || c.Level == guidance.LevelAdvice {
			cards = append(cards, c)
		}
	}
	if safety {
		return cards
	}
	for i, f := range found {
		switch {
		case f.Level != guidance.LevelNote && (f.Level != guidance.LevelPraise || boundary):
		case i > 0 && found[i-1].Code == f.Code:
			last := &cards[len(cards)-1]
			last.Findings = append(last.Findings, f)
		default:
			cards = append(cards, guidance.Card{Code: f.Code, Level: f.Level, Findings: []guidance.Finding{f}})
		}
	}
	return cards
}

// language returns the language that findings speak of, empty if they do not
// say.
func language(found []guidance.Finding) string {
	for _, f := range found {
		if lang, _, _ := strings.Cut(f.Rule, "/"); lang != "" {
			return lang
		}
	}
	return ""
}

// card puts what is shown about one code into words, in the language of the
// text.
func (g *guide) card(words *lexicon, c guidance.Card, text, lang string) card {
	if of := language(c.Findings); of != "" {
		lang = of
	}
	in := words.in(lang)
	return card{
		code: c.Code, level: c.Level, lang: in.Lang, noticed: noticed(in.Cards, c, text),
		reason: in.reason(c.Findings[0]), help: g.help(c.Code), audience: audienceOf(c),
	}
}

// audienceOf returns whose lines help with what a card speaks of: everyone's,
// unless someone is being hurt by another.
func audienceOf(c guidance.Card) crisis.Audience {
	if c.Level == guidance.LevelSafety && slices.ContainsFunc(c.Findings, func(f guidance.Finding) bool { return f.Reason() == "abuse" }) {
		return crisis.Abuse
	}
	return crisis.Everyone
}

// maxQuote is how long the words may be that a card repeats, in characters.
const maxQuote = 60

// noticed repeats the words that a card speaks of, where that helps: short
// ones, of which the text has more, and none that are private or heavy.
func noticed(cards *phrase.Cards, c guidance.Card, text string) string {
	switch c.Code {
	case guidance.UrgentTiming, guidance.Boundary, guidance.Vague, guidance.StyleMismatch:
	default:
		return ""
	}
	f := c.Findings[0]
	quote := cut(text, span{f.Start, f.End})
	if message.Length(message.Text(quote)) > maxQuote || whole(text, f) || strings.Contains(quote, "\n") {
		return ""
	}
	return cards.Noticed(quote)
}

// whole reports whether a finding speaks of the whole text.
func whole(text string, f guidance.Finding) bool {
	return cut(text, span{f.Start, f.End}) == strings.TrimSpace(text)
}

// marks cuts a text into what is marked and what is not. Where cards speak of
// the same words, the more important one marks them; one that speaks of the
// whole text marks nothing, unless it is about safety.
func marks(text string, about []guidance.Card) []part {
	levels := make([]guidance.Level, unitsIn(text))
	marked := false
	for _, c := range about {
		for _, f := range c.Findings {
			if c.Level != guidance.LevelSafety && whole(text, f) {
				continue
			}
			for i := f.Start; i < min(f.End, len(levels)); i++ {
				if levels[i] == "" {
					levels[i], marked = c.Level, true
				}
			}
		}
	}
	if !marked {
		return nil
	}
	var parts []part
	from, at := 0, 0
	var level guidance.Level
	for i, r := range text {
		if now := levels[at]; now != level || i == 0 {
			if i > from {
				parts = append(parts, part{text[from:i], level})
			}
			from, level = i, now
		}
		at += unitsOf(r)
	}
	return append(parts, part{text[from:], level})
}

// unsaid reports whether a card has not been announced for this draft.
func (g *guide) unsaid(cards []card) bool {
	return slices.ContainsFunc(cards, func(c card) bool { return !g.said[c.code] })
}

// say returns the cards that have not been announced for this draft, and notes
// that they now are.
func (g *guide) say(cards []card) []card {
	var fresh []card
	for _, c := range cards {
		if !g.said[c.code] {
			g.said[c.code] = true
			fresh = append(fresh, c)
		}
	}
	return fresh
}

// same reports whether two pieces of advice look the same apart from their
// marks.
func (a advice) same(b advice) bool {
	return slices.Equal(a.cards, b.cards) && slices.Equal(a.notes, b.notes)
}

// helpFor returns whose lines come first in the help in danger.
func (a advice) helpFor() crisis.Audience {
	if a.danger() == "" {
		return crisis.Everyone
	}
	return a.cards[0].audience
}

// danger returns the code about safety, empty if there is none.
func (a advice) danger() guidance.Code {
	if len(a.cards) > 0 && a.cards[0].level == guidance.LevelSafety {
		return a.cards[0].code
	}
	return ""
}

// inDanger says what was found of danger.
func (a advice) inDanger() danger {
	if a.danger() == "" {
		return ""
	}
	return danger(a.cards[0].lang)
}

// helps reports whether the help in danger is open.
func (a advice) helps() bool { return a.danger() != "" && a.cards[0].help == helpOpen }

// moved returns the advice with its marks at the words they belong to after the
// text has changed, until it is reviewed anew.
func (a advice) moved(old, new string) advice {
	e := between(old, new)
	about := make([]guidance.Card, len(a.about))
	for i, c := range a.about {
		about[i] = guidance.Card{Code: c.Code, Level: c.Level}
		for _, f := range c.Findings {
			if f.Start, f.End = e.moved(f.Start), e.moved(f.End); f.Start < f.End {
				about[i].Findings = append(about[i].Findings, f)
			}
		}
	}
	a.about, a.marks = about, marks(new, about)
	return a
}

// spans returns the parts of the text that the card of a code speaks of.
func (a advice) spans(code guidance.Code) []span {
	var parts []span
	for _, c := range a.about {
		if c.Code != code {
			continue
		}
		for _, f := range c.Findings {
			parts = append(parts, span{f.Start, f.End})
		}
	}
	return parts
}

// lexicon keeps the words about texts, by language. Its zero value is ready.
type lexicon map[string]*wording

// wording is the words about texts in one language.
type wording struct {
	*phrase.Cards
	danger  *phrase.Danger
	reasons map[string]string
}

// in returns the words about a text in a language, English ones where it is not
// known.
func (l *lexicon) in(lang string) *wording {
	if *l == nil {
		*l = make(lexicon)
	}
	if (*l)[lang] == nil {
		(*l)[lang] = &wording{phrase.CardsIn(lang), phrase.DangerIn(lang), phrase.GuidanceIn(lang).Reasons}
	}
	return (*l)[lang]
}

// reason says why a finding was made and what of it. Where the code says the
// first already, the second is enough.
func (w *wording) reason(f guidance.Finding) string {
	why := w.Advice[f.Code].Why
	switch f.Code {
	case guidance.CrisisImminent, guidance.CrisisConcern, guidance.UrgentTiming, guidance.Boundary:
		if reason := w.reasons[f.Reason()]; reason != "" {
			return reason + " " + why
		}
	}
	return why
}
