package chat_test

import (
	"slices"
	"testing"

	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// TestChanged tells a client what is different from what they acknowledged.
func TestChanged(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		a := dublin()
		for _, step := range []struct {
			name   string
			change func()
			want   []wire.AgreementPart
		}{
			{"names nothing before the first", func() {}, nil},
			{"names nothing of the newest", func() { r.mustAcknowledge(t, 1) }, nil},
			{"names the style", func() { a.Style = availability.StyleBrief }, []wire.AgreementPart{wire.AgreementStyle}},
			{"names all that is different", func() { a.Promise.Max, a.Words = 96, "New words." },
				[]wire.AgreementPart{wire.AgreementStyle, wire.AgreementPromise, wire.AgreementWords}},
			{"leaves out what is as it was", func() { a.Style = dublin().Style },
				[]wire.AgreementPart{wire.AgreementPromise, wire.AgreementWords}},
			{"names nothing once it is acknowledged", func() { r.mustAcknowledge(t, 4) }, nil},
		} {
			t.Run(step.name, func(t *testing.T) {
				step.change()
				r.mustSet(t, a)
				if got := r.mustFind(t, r.client, r.conversation).Agreement.Changed; !slices.Equal(got, step.want) {
					t.Errorf("got %q, want %q", got, step.want)
				}
			})
		}
	})
}
