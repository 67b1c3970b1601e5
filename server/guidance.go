package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pleiades/shared/availability"
	"pleiades/shared/guidance"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// asked is a line that guidance review reads. Other fields, such as the labels
// of a corpus, are left alone.
type asked struct {
	ID    json.RawMessage    `json:"id"`
	Text  json.RawMessage    `json:"text"`
	Style availability.Style `json:"style"` // of the therapist; empty: none is known
}

// reviewed is the line that answers it.
type reviewed struct {
	ID       json.RawMessage `json:"id"` // as it came
	Valid    bool            `json:"valid"`
	Errors   []message.Code  `json:"errors"`
	Findings []finding       `json:"findings"`
}

// finding is a guidance.Finding as it is printed; offsets are UTF-16 code units.
type finding struct {
	Code  guidance.Code  `json:"code"`
	Level guidance.Level `json:"level"`
	Start int            `json:"start"`
	End   int            `json:"end"`
	Rule  string         `json:"rule"`
}

// reviewGuidance runs validation and guidance over lines of JSON, so that a
// clinician can try the rules on any corpus.
func (p program) reviewGuidance(_ context.Context, args []string) error {
	set := p.flags("guidance review", "< messages.jsonl\n\n"+
		`Reads lines of JSON, {"id":…,"text":"…"}, and prints for each one`+"\n"+
		`{"id":…,"valid":true,"errors":[],"findings":[{"code":…,"level":…,"start":0,"end":5,"rule":…}]}.`+"\n"+
		`Offsets are UTF-16 code units. "style" (open, brief, logistics, none) may tell how the`+"\n"+
		"therapist wants messages to be used. Other fields are ignored.\n"+
		unreadHelp)
	if err := p.parse(set, args, &config{}); err != nil {
		return err
	}
	return p.eachLine(func(line []byte) (any, error) { return review(line) })
}

// review answers one line. Its errors do not repeat what is in it.
func review(line []byte) (reviewed, error) {
	var in asked
	if err := json.Unmarshal(line, &in); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return reviewed{}, fmt.Errorf("%q must be a string", wrong.Field)
		}
		return reviewed{}, errors.New(`must be a JSON object with "id" and "text"`)
	}
	var text *string
	switch {
	case in.ID == nil:
		return reviewed{}, errors.New(`"id" is missing`)
	case in.Text == nil:
		return reviewed{}, errors.New(`"text" is missing`)
	case json.Unmarshal(in.Text, &text) != nil || text == nil:
		return reviewed{}, errors.New(`"text" must be a string`)
	case in.Style != "" && !slices.Contains(availability.Styles(), in.Style):
		return reviewed{}, errors.New(`"style" must be open, brief, logistics or none`)
	}
	answer := reviewed{ID: in.ID, Errors: []message.Code{}, Findings: []finding{}}
	answer.Errors = append(answer.Errors, message.Draft{Body: message.Text(*text)}.Validate()...)
	// The decoder has put a sign in the place of what is not Unicode.
	if wire.CheckJSON(in.Text) != nil && !slices.Contains(answer.Errors, message.CodeInvalidText) {
		answer.Errors = append(answer.Errors, message.CodeInvalidText)
	}
	answer.Valid = len(answer.Errors) == 0
	for _, f := range guidance.Review(*text, guidance.Context{Style: in.Style}) {
		answer.Findings = append(answer.Findings, finding{f.Code, f.Level, f.Start, f.End, f.Rule})
	}
	return answer, nil
}
