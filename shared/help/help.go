// Package help owns what the Help Center is made of: articles and their
// passages, search over them, and the answers of TARS, the support assistant,
// which knows nothing but the articles.
//
// It must not read files, talk to anyone or remember what was asked: a question
// goes in and an answer comes out, the same in the browser and on the server.
// Where the articles come from is the business of package articles, how they
// look that of the pages. TARS advises on the use of the app alone, never on
// therapy or medicine.
package help

// Library is the Help Center in one language. It travels to browsers as JSON.
type Library struct {
	Lang     string     `json:"lang"`            // BCP 47 tag
	Articles []Article  `json:"articles"`        // in reading order
	Asked    []Asked    `json:"asked,omitempty"` // what readers ask, in their words; browsers have it in the index
	Synonyms [][]string `json:"synonyms"`        // words that mean the same to someone who searches
	Kinds    [][]string `json:"kinds"`           // the name of a kind, and words of it, which TARS learns together
}

// Article is one page of the Help Center.
type Article struct {
	Slug     string    `json:"slug"` // the last part of its address
	Audience Audience  `json:"audience"`
	Title    string    `json:"title"`
	Summary  []Span    `json:"summary"` // its first paragraph
	Intro    []Block   `json:"intro,omitempty"`
	Sections []Section `json:"sections"`
}

// Audience says for whom an article is.
type Audience string

// The audiences.
const (
	ForEveryone   Audience = "everyone"
	ForClients    Audience = "client"
	ForTherapists Audience = "therapist"
)

// Section is a heading and what stands below it, to the next heading of any
// level.
type Section struct {
	Level  int     `json:"level"`  // 2, or 3 for a part of the section before
	Anchor string  `json:"anchor"` // unique in its article
	Title  string  `json:"title"`
	Blocks []Block `json:"blocks,omitempty"`
}

// Kind says what a block is.
type Kind string

// The kinds of blocks.
const (
	Paragraph Kind = "p"
	Bullets   Kind = "ul"
	Steps     Kind = "ol"
	Example   Kind = "example" // the text of a message that does what it should
	Poor      Kind = "poor"    // the text of one that could be better
)

// Block is a paragraph, a list or an example. Only one of its parts is set, as
// its kind says.
type Block struct {
	Kind  Kind      `json:"kind"`
	Spans []Span    `json:"spans,omitempty"` // of a paragraph
	Items [][]Block `json:"items,omitempty"` // of a list
	Text  string    `json:"text,omitempty"`  // of an example
}

// Span is a run of text that looks the same throughout.
type Span struct {
	Text   string `json:"text"`
	Strong bool   `json:"strong,omitempty"`
	Emph   bool   `json:"emph,omitempty"`
	Code   bool   `json:"code,omitempty"`
	Href   string `json:"href,omitempty"` // an address on this site or an https one
}

// Asked is what people ask about one passage, or about a matter that TARS
// leaves to others, or what they say when someone is in danger.
type Asked struct {
	Article   string   `json:"article,omitempty"` // empty for matters of others and for danger
	Anchor    string   `json:"anchor,omitempty"`  // empty for the article as a whole
	Declined  bool     `json:"declined,omitempty"`
	Danger    bool     `json:"danger,omitempty"`
	Questions []string `json:"questions"`
}

// Find returns the article at a slug.
func (l *Library) Find(slug string) (Article, bool) {
	for _, a := range l.Articles {
		if a.Slug == slug {
			return a, true
		}
	}
	return Article{}, false
}

// Beside returns the articles before and after the one at a slug, nil where
// there is none.
func (l *Library) Beside(slug string) (before, after *Article) {
	for i := range l.Articles {
		if l.Articles[i].Slug != slug {
			continue
		}
		if i > 0 {
			before = &l.Articles[i-1]
		}
		if i+1 < len(l.Articles) {
			after = &l.Articles[i+1]
		}
	}
	return before, after
}

// Find returns the section at an anchor.
func (a *Article) Find(anchor string) (Section, bool) {
	for _, s := range a.Sections {
		if s.Anchor == anchor {
			return s, true
		}
	}
	return Section{}, false
}

// Path returns the address of an article, or of a passage in it.
func Path(slug, anchor string) string {
	if anchor == "" {
		return "/help/" + slug
	}
	return "/help/" + slug + "#" + anchor
}

// plain returns the words of spans without their looks.
func plain(spans []Span) string {
	text := ""
	for _, s := range spans {
		text += s.Text
	}
	return text
}

// plainBlocks appends the words of blocks, a paragraph a string.
func plainBlocks(texts []string, blocks []Block) []string {
	for _, b := range blocks {
		switch b.Kind {
		case Bullets, Steps:
			for _, item := range b.Items {
				texts = plainBlocks(texts, item)
			}
		case Example, Poor:
			texts = append(texts, b.Text)
		default:
			texts = append(texts, plain(b.Spans))
		}
	}
	return texts
}
