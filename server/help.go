package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"pleiades/server/feedback"
	"pleiades/server/store"
	"pleiades/shared/help"
	"pleiades/shared/help/articles"
)

// newFeedback makes the service that keeps what readers say of the Help Center.
func newFeedback(db *store.DB, read func() (*help.Library, error)) *feedback.Service {
	known := func(article string) bool {
		library, err := read()
		if err != nil {
			return false
		}
		_, ok := library.Find(article)
		return ok
	}
	return feedback.New(db.Feedback(), known, time.Now)
}

// asking is a line that help ask reads. Other fields are left alone.
type asking struct {
	ID       json.RawMessage `json:"id"`
	Question *string         `json:"question"`
}

// answering is the line that answers it.
type answering struct {
	ID       json.RawMessage `json:"id"` // as it came
	Decision help.Decision   `json:"decision"`
	Hits     []passage       `json:"hits"`
}

// passage is a help.Hit as it is printed.
type passage struct {
	Article string  `json:"article"`
	Heading string  `json:"heading"` // its anchor; empty for the beginning of the article
	Score   float64 `json:"score"`
}

// askHelp has TARS answer lines of JSON.
func (p program) askHelp(_ context.Context, args []string) error {
	set := p.flags("help ask", "< questions.jsonl\n\n"+
		`Reads lines of JSON, {"id":…,"question":"…"}, and prints for each one`+"\n"+
		`{"id":…,"decision":"answer|ask|decline|crisis","hits":[{"article":…,"heading":…,"score":…}]}.`+"\n"+
		"A heading is the part of the article's address after #. Other fields are ignored.\n"+
		unreadHelp)
	if err := p.parse(set, args, &config{}); err != nil {
		return err
	}
	index, err := newHelpIndex()
	if err != nil {
		return err
	}
	return p.eachLine(func(line []byte) (any, error) {
		var in asking
		if err := json.Unmarshal(line, &in); err != nil {
			return nil, errors.New(`must be a JSON object with "id" and "question", a string`)
		}
		switch {
		case in.ID == nil:
			return nil, errors.New(`"id" is missing`)
		case in.Question == nil:
			return nil, errors.New(`"question" is missing`)
		}
		found := index.Ask(*in.Question)
		answer := answering{ID: in.ID, Decision: found.Decision, Hits: []passage{}}
		for _, hit := range found.Hits {
			answer.Hits = append(answer.Hits, passage{hit.Article.Slug, hit.Anchor(), hit.Score})
		}
		return answer, nil
	})
}

// newHelpIndex makes what TARS answers from, as browsers have it.
func newHelpIndex() (*help.Index, error) {
	library, err := articles.English()
	if err != nil {
		return nil, err
	}
	text, err := articles.Weights()
	if err != nil {
		return nil, err
	}
	weights, err := help.ParseWeights(text)
	if err != nil {
		return nil, err
	}
	index, err := help.NewIndex(library, help.PackIndex(library))
	if err != nil {
		return nil, err
	}
	if err := index.Learn(weights); err != nil {
		return nil, err
	}
	return index, nil
}

// byteOrderMark is what some programs write before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// unreadHelp says in the help of a command how eachLine answers what it cannot read.
const unreadHelp = `A line that cannot be read is answered with {"id":…,"line":2,"error":"…"}, and the exit` + "\n" +
	"code is 1 once all lines are answered."

// unanswered stands in the place of an answer to a line that cannot be read.
type unanswered struct {
	ID    json.RawMessage `json:"id,omitempty"` // as it came, where there is one
	Line  int             `json:"line"`         // from 1
	Error string          `json:"error"`
}

// eachLine answers each line of JSON that comes in with another. One that cannot
// be read is answered with what is wrong with it, and makes the command fail once
// all the others are answered. Whoever sends one line and waits gets an answer.
func (p program) eachLine(answer func(line []byte) (any, error)) error {
	in := bufio.NewReaderSize(p.stdin, 64<<10)
	out := bufio.NewWriter(p.stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	var first error // that a line could not be read
	failed := 0
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return errors.Join(out.Flush(), fmt.Errorf("read line %d: %w", number, err))
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			answered, wrong := answer(line)
			if wrong != nil {
				answered = unanswered{lineID(line), number, wrong.Error()}
				if failed++; failed == 1 {
					first = fmt.Errorf("line %d: %w", number, wrong)
				}
			}
			if err := encoder.Encode(answered); err != nil {
				return fmt.Errorf("write: %w", err)
			}
		}
		if in.Buffered() == 0 || err != nil {
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write: %w", err)
			}
		}
		switch {
		case err == nil:
		case failed > 1:
			return fmt.Errorf("%w (and %d more)", first, failed-1)
		default:
			return first
		}
	}
}

// lineID returns the id in a line, as it came; nil if none can be read.
func lineID(line []byte) json.RawMessage {
	var in struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(line, &in) != nil {
		return nil
	}
	return in.ID
}

// listFeedback prints what readers said of the Help Center.
func (p program) listFeedback(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("help feedback", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	tallies, remarks, err := newFeedback(h.db, articles.English).List(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "article\thelpful\tnot")
	for _, t := range tallies {
		fmt.Fprintf(table, "%s\t%d\t%d\n", t.Article, t.Helpful, t.LessHelpful)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	for _, r := range remarks {
		verdict := "not helpful"
		if r.Helpful {
			verdict = "helpful"
		}
		fmt.Fprintf(p.stdout, "\n%s, %s, %s\n%s\n", r.Day.Format(time.DateOnly), r.Article, verdict, string(r.Text))
	}
	return nil
}
