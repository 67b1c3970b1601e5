package audit

import "github.com/google/uuid"

// Concern is a practice that an attempt concerns.
type Concern struct {
	Practice uuid.UUID
	// Asked says that what was asked for is the practice or belongs to it.
	Asked bool
}

// Refusals returns the events of an attempt that was refused: one for the chain of
// each practice it concerns, or one for that of no practice where there is none.
// What was asked for is named only where it belongs: to the others, which who asked
// belongs to, it would tell what else they are part of.
func Refusals(denied Event, concerned []Concern) []Event {
	if len(concerned) == 0 {
		denied.Practice = uuid.Nil
		return []Event{denied}
	}
	events := make([]Event, len(concerned))
	for i, c := range concerned {
		events[i] = denied
		events[i].Practice = c.Practice
		if !c.Asked {
			events[i].Object = uuid.Nil
		}
	}
	return events
}
