package articles

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"pleiades/shared/help"
)

// Parse reads an article: a title (#), one paragraph that sums it up, then
// sections (## and ###) of paragraphs, lists and examples. An example is a
// fenced block called "example effective" or "example less-effective". Anything
// else of Markdown, such as HTML, pictures or tables, is an error, and so is a
// link that does not lead to this site or begin with https.
func Parse(source []byte) (help.Article, error) {
	r := reader{source: source, anchors: make(map[string]bool)}
	document := goldmark.DefaultParser().Parse(text.NewReader(source))
	for node := document.FirstChild(); node != nil; node = node.NextSibling() {
		if err := r.read(node); err != nil {
			return help.Article{}, fmt.Errorf("line %d: %w", r.line(node), err)
		}
	}
	switch {
	case r.article.Title == "":
		return help.Article{}, errors.New("there is no title")
	case len(r.article.Summary) == 0:
		return help.Article{}, errors.New("there is no paragraph below the title")
	case len(r.article.Sections) == 0:
		return help.Article{}, errors.New("there is no section")
	}
	return r.article, nil
}

// reader makes an article of the nodes of a document.
type reader struct {
	source  []byte
	article help.Article
	anchors map[string]bool
}

// line returns the number of the line a node begins in, as far as it is known.
func (r *reader) line(node ast.Node) int {
	for node != nil && (node.Type() != ast.TypeBlock || node.Lines().Len() == 0) {
		node = node.FirstChild()
	}
	if node == nil {
		return 0
	}
	return 1 + strings.Count(string(r.source[:node.Lines().At(0).Start]), "\n")
}

// read takes in a node at the top of the document.
func (r *reader) read(node ast.Node) error {
	heading, ok := node.(*ast.Heading)
	switch {
	case ok:
		return r.readHeading(heading)
	case r.article.Title == "":
		return errors.New("the title comes first")
	}
	block, err := r.block(node)
	if err != nil {
		return err
	}
	switch at := len(r.article.Sections); {
	case at > 0:
		last := &r.article.Sections[at-1]
		last.Blocks = append(last.Blocks, block)
	case len(r.article.Summary) > 0:
		r.article.Intro = append(r.article.Intro, block)
	case block.Kind != help.Paragraph:
		return errors.New("a paragraph comes after the title")
	default:
		r.article.Summary = block.Spans
	}
	return nil
}

func (r *reader) readHeading(heading *ast.Heading) error {
	spans, err := r.spans(heading, help.Span{}, nil)
	if err != nil {
		return err
	}
	title := ""
	for _, s := range spans {
		title += s.Text
	}
	title = strings.TrimSpace(title)
	switch {
	case title == "":
		return errors.New("an empty heading")
	case strings.Contains(title, `"`): // headings are part of attributes too
		return errors.New("a heading with straight quotes: use “ and ”")
	case heading.Level == 1 && r.article.Title == "":
		r.article.Title = title
		return nil
	case len(r.article.Summary) == 0:
		return errors.New("the title and a paragraph come first")
	case heading.Level != 2 && heading.Level != 3:
		return fmt.Errorf("a heading of level %d: there are # for the title, ## and ###", heading.Level)
	}
	anchor := Anchor(title)
	if anchor == "" || r.anchors[anchor] {
		return fmt.Errorf("the heading %q needs an address of its own", title)
	}
	r.anchors[anchor] = true
	r.article.Sections = append(r.article.Sections, help.Section{Level: heading.Level, Anchor: anchor, Title: title})
	return nil
}

// Anchor returns the address of a heading within its article, as GitHub makes
// it: letters and digits in lower case, spaces as hyphens.
func Anchor(title string) string {
	var anchor strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			anchor.WriteRune(r)
		case r == ' ':
			anchor.WriteByte('-')
		}
	}
	return anchor.String()
}

// block makes a block of a node.
func (r *reader) block(node ast.Node) (help.Block, error) {
	switch n := node.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		spans, err := r.spans(n, help.Span{}, nil)
		return help.Block{Kind: help.Paragraph, Spans: spans}, err
	case *ast.List:
		return r.list(n)
	case *ast.FencedCodeBlock:
		return r.example(n)
	}
	return help.Block{}, fmt.Errorf("%s is not for articles", node.Kind())
}

func (r *reader) list(list *ast.List) (help.Block, error) {
	block := help.Block{Kind: help.Bullets}
	if list.IsOrdered() {
		block.Kind = help.Steps
	}
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		var content []help.Block
		for node := item.FirstChild(); node != nil; node = node.NextSibling() {
			b, err := r.block(node)
			if err != nil {
				return help.Block{}, err
			}
			content = append(content, b)
		}
		block.Items = append(block.Items, content)
	}
	return block, nil
}

func (r *reader) example(fence *ast.FencedCodeBlock) (help.Block, error) {
	var info string
	if fence.Info != nil {
		info = string(fence.Info.Segment.Value(r.source))
	}
	block := help.Block{Text: strings.TrimSpace(string(fence.Lines().Value(r.source)))}
	switch strings.TrimSpace(info) {
	case "example effective":
		block.Kind = help.Example
	case "example less-effective":
		block.Kind = help.Poor
	default:
		return help.Block{}, errors.New("a fenced block is an example effective or an example less-effective")
	}
	if block.Text == "" {
		return help.Block{}, errors.New("an empty example")
	}
	return block, nil
}

// spans appends the text of a node's children, each as look says, or as what it
// stands in adds to that.
func (r *reader) spans(node ast.Node, look help.Span, spans []help.Span) ([]help.Span, error) {
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		inner := look
		switch n := child.(type) {
		case *ast.Text:
			inner.Text = string(n.Segment.Value(r.source))
			if !inner.Code {
				inner.Text = string(util.UnescapePunctuations([]byte(inner.Text)))
			}
			if n.SoftLineBreak() || n.HardLineBreak() {
				inner.Text += " "
			}
			spans = join(spans, inner)
			continue
		case *ast.String:
			inner.Text = string(n.Value)
			spans = join(spans, inner)
			continue
		case *ast.Emphasis:
			if n.Level == 2 {
				inner.Strong = true
			} else {
				inner.Emph = true
			}
		case *ast.CodeSpan:
			inner.Code = true
		case *ast.Link:
			if inner.Href = string(n.Destination); !validHref(inner.Href) {
				return nil, fmt.Errorf("a link to %q", inner.Href)
			}
		default:
			return nil, fmt.Errorf("%s is not for articles", child.Kind())
		}
		var err error
		if spans, err = r.spans(child, inner, spans); err != nil {
			return nil, err
		}
	}
	return spans, nil
}

// join appends a span, to the last one where both look the same.
func join(spans []help.Span, s help.Span) []help.Span {
	if s.Text == "" {
		return spans
	}
	if len(spans) > 0 {
		last := &spans[len(spans)-1]
		alike := *last
		alike.Text = s.Text
		if alike == s {
			last.Text += s.Text
			return spans
		}
	}
	return append(spans, s)
}

// href is what a link may lead to: a page of this site, a place in the same
// article, or one elsewhere.
var href = regexp.MustCompile(`^(/[a-z0-9/-]*(#[\p{L}\p{N}_-]+)?|#[\p{L}\p{N}_-]+|https://[a-z0-9.-]+(/[A-Za-z0-9._~/-]*)?)$`)

func validHref(to string) bool { return href.MatchString(to) && !strings.HasPrefix(to, "//") }
