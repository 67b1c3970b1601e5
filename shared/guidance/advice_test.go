package guidance

import (
	"slices"
	"testing"

	"pleiades/shared/availability"
)

// TestAdvice holds plain messages, each with all that is said about it.
func TestAdvice(t *testing.T) {
	for text, want := range map[string][]Code{
		"Can we move Tuesday to 3pm?":                                                                          {ClearRequest, Logistics},
		"Everything is off and I don't know. Can you help?":                                                    {Vague},
		"Things have been weird lately.":                                                                       {Vague, UnclearRequest},
		"I had a fight with my mum about the garden and cried all day.":                                        {UnclearRequest},
		"I had a fight with my mum about the garden. Can we talk on Thursday":                                  {ClearRequest},
		"what should i say to my boss about the rota":                                                          {ClearRequest},
		"Just so you know, the walk to the harbour went well.":                                                 {ClearRequest},
		"No need to reply: I did the exposure on the bus.":                                                     {ClearRequest},
		"Thank you for today!":                                                                                 nil,
		"Please answer me now!!":                                                                               {UrgentTiming, Vague},
		"Would you like to get a coffee with me on Saturday, as friends?":                                      {Boundary, ClearRequest},
		"Please add me on Instagram, I post my drawings there.":                                                {Boundary, ClearRequest},
		"You are a useless fraud and I will leave a review with your name.":                                    {Boundary, UnclearRequest},
		"My sister thinks that her boss is a useless fraud.":                                                   {UnclearRequest},
		"I lost my job on Friday. Can we talk about it next time?":                                             {RelevantUpdate, ClearRequest},
		"I can't log in to the portal, the link to the invoice has expired.":                                   {UnclearRequest, Logistics},
		"Not sleeping. My boss is on my case. My sister is not speaking to me. And the landlord wants us out.": {ManyTopics, UnclearRequest},
	} {
		var got []Code
		for _, f := range Review(text, Context{Language: english}) {
			if !slices.Contains(got, f.Code) {
				got = append(got, f.Code)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestStyle(t *testing.T) {
	const (
		move   = "Can we move Tuesday to 3pm?"
		father = "I saw my father on Saturday and we argued. What should I say to him?"
		thanks = "Thank you for today!"
		danger = "I am going to kill myself tonight."
	)
	long := ""
	for range 11 {
		long += "I saw my father on Saturday and we argued again. "
	}
	for style, misfits := range map[availability.Style][]string{
		"":                          nil,
		availability.StyleOpen:      nil,
		availability.StyleBrief:     {long},
		availability.StyleLogistics: {father, long},
		availability.StyleNone:      {move, father, thanks, long},
	} {
		for _, text := range []string{move, father, thanks, danger, long} {
			got := has(Review(text, Context{Style: style}), StyleMismatch)
			if want := slices.Contains(misfits, text); got != want {
				t.Errorf("style %q, %q: got %t", style, text, got)
			}
		}
	}
}

// TestAdviceBars guards against regress: the F1 of the parts that are only
// scored must not fall below these, which are a little below what it was when
// they were written.
func TestAdviceBars(t *testing.T) {
	for file, bars := range map[string]map[Code]float64{
		"score-en.jsonl": {
			Vague: 0.84, UnclearRequest: 0.92, ManyTopics: 0.79, UrgentTiming: 0.90, Boundary: 0.86,
			RelevantUpdate: 0.72, ClearRequest: 0.93, Logistics: 0.88,
		},
		"unseen-en.jsonl": {
			Vague: 0.89, UnclearRequest: 0.96, ManyTopics: 0.80, UrgentTiming: 0.97, Boundary: 0.88,
			RelevantUpdate: 0.79, ClearRequest: 0.95, Logistics: 0.87,
		},
		"blind-en.jsonl": {
			Vague: 0.90, UnclearRequest: 0.90, ManyTopics: 0.83, UrgentTiming: 0.82, Boundary: 0.91,
			RelevantUpdate: 0.73, ClearRequest: 0.93, Logistics: 0.77,
		},
		"score-es.jsonl": {
			Vague: 0.82, UnclearRequest: 0.92, ManyTopics: 0.74, UrgentTiming: 0.87, Boundary: 0.79,
			RelevantUpdate: 0.75, ClearRequest: 0.93, Logistics: 0.77,
		},
		"unseen-es.jsonl": {
			Vague: 0.88, UnclearRequest: 0.92, ManyTopics: 0.83, UrgentTiming: 0.91, Boundary: 0.75,
			RelevantUpdate: 0.75, ClearRequest: 0.93, Logistics: 0.71,
		},
		"blind-es.jsonl": {
			Vague: 0.85, UnclearRequest: 0.91, ManyTopics: 0.83, UrgentTiming: 0.90, Boundary: 0.78,
			RelevantUpdate: 0.72, ClearRequest: 0.94, Logistics: 0.84,
		},
	} {
		s := scoreCorpus(t, file, func(labelled, []Finding) {})
		for code, bar := range bars {
			if f1 := s.codes[code].f1(); f1 < bar {
				t.Errorf("%s: %s: F1 %.2f is below %.2f", file, code, f1, bar)
			}
		}
	}
}

// TestStyleScore scores what does not fit a therapist who wants messages about
// practical matters alone. The labels say which are: neither those mainly about
// logistics nor those in danger are out of place. Messages that only thank or
// greet have no labels, and are left out.
func TestStyleScore(t *testing.T) {
	for file, bar := range map[string]float64{
		"score-en.jsonl": 0.91, "unseen-en.jsonl": 0.92, "blind-en.jsonl": 0.93,
		"score-es.jsonl": 0.86, "unseen-es.jsonl": 0.90, "blind-es.jsonl": 0.94,
	} {
		var n tally
		for _, message := range mustReadCorpus(t, file) {
			if len(message.Labels) == 0 {
				continue
			}
			fits := message.crisis() || slices.Contains(message.Labels, Logistics)
			n.count(!fits, has(Review(message.Text, Context{Style: availability.StyleLogistics}), StyleMismatch))
		}
		t.Logf("%-16s n=%-4d P %s R %s F1 %s", file, n.both+n.missed, percent(n.precision()), percent(n.recall()), percent(n.f1()))
		if n.f1() < bar {
			t.Errorf("%s: F1 %.2f is below %.2f", file, n.f1(), bar)
		}
	}
}
