package guidance

import (
	"slices"
	"sync"

	"pleiades/shared/availability"
)

// briefWords is how many words a message may have where a therapist wants them
// brief.
const briefWords = 100

// judgesWith returns the judges of a language, given its model. Later judges
// see what earlier ones found.
func judgesWith(modelOf func() *model) []judge {
	var once sync.Once
	var g *guide
	about := func(holds func(v *survey) (hit, bool)) func(*analysis) (hit, bool) {
		return func(a *analysis) (hit, bool) {
			if len(a.tokens) == 0 {
				return hit{}, false
			}
			once.Do(func() { g = newGuide(a.rules, modelOf()) })
			return holds(a.surveyed(g))
		}
	}
	return []judge{
		{"topics/several", ManyTopics, about(func(v *survey) (hit, bool) { return hit{}, v.likely(ManyTopics) })},
		{"content/vague", Vague, about(func(v *survey) (hit, bool) { return hit{}, v.likely(Vague) && !v.answers() })},
		{"purpose/none", UnclearRequest, about(func(v *survey) (hit, bool) { return hit{}, v.likely(UnclearRequest) && !v.courtesy() })},
		{"purpose/clear", ClearRequest, about(func(v *survey) (hit, bool) {
			return hit{}, !v.Found(Vague) && !v.Found(UnclearRequest) && !v.courtesy()
		})},
		{"timing/soon", UrgentTiming, about(func(v *survey) (hit, bool) {
			if !v.likely(UrgentTiming) {
				return hit{}, false
			}
			return v.place("urg_plea", "urg_hard", "urg_now"), true
		})},
		{"outside/wording", Boundary, about(func(v *survey) (hit, bool) {
			return hit{}, !v.Found(Boundary) && v.likely(Boundary)
		})},
		{"change/told", RelevantUpdate, about(func(v *survey) (hit, bool) {
			if !v.likely(RelevantUpdate) {
				return hit{}, false
			}
			return v.place(changeNames...), true
		})},
		{"practice/logistics", Logistics, about(func(v *survey) (hit, bool) { return hit{}, v.likely(Logistics) })},
		{"style/mismatch", StyleMismatch, about(func(v *survey) (hit, bool) { return hit{}, v.misfits() })},
	}
}

// place returns where the first of the cues that occur stands.
func (v *survey) place(names ...string) hit {
	for _, name := range names {
		if v.count(name) > 0 {
			return v.Places(name)[0]
		}
	}
	return hit{}
}

// courtesy reports whether a text only thanks or greets.
func (v *survey) courtesy() bool {
	return v.has("thanks", "greeting") && !v.asks && !v.has("no_reply", "tell_why") && v.particulars() <= 3 && len(v.tokens) <= 20
}

// answerWords is how many words an answer has that wants none.
const answerWords = 10

// answers reports whether a text only thanks, greets or agrees: what happened is
// no question then.
func (v *survey) answers() bool {
	if len(v.tokens) > answerWords || v.has("blur_phrase") || v.Has("trouble") {
		return false
	}
	return v.has("thanks", "greeting") && !v.asks ||
		slices.ContainsFunc(v.sentences, func(s sentence) bool { return v.In(sentence{from: s.from, to: min(s.from+2, s.to)}, "ack") })
}

// misfits reports whether a text is not what the therapist wants messages to
// be. Who is in danger may always write.
func (v *survey) misfits() bool {
	if v.Found(CrisisImminent) || v.Found(CrisisConcern) {
		return false
	}
	switch v.context.Style {
	case availability.StyleBrief:
		return len(v.tokens) > briefWords
	case availability.StyleLogistics:
		return !v.Found(Logistics) && !v.courtesy()
	case availability.StyleNone:
		return true
	}
	return false
}
