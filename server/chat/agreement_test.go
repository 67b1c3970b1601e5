package chat_test

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"pleiades/server/chat"
	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

func (r room) mustAcknowledge(t testing.TB, version int64) wire.Agreement {
	t.Helper()
	c, err := r.Acknowledge(t.Context(), r.client, r.conversation, wire.Acknowledge{Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return *c.Agreement
}

func TestAgreementVersion(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		a := dublin()
		for _, step := range []struct {
			name   string
			change func()
			want   int64
		}{
			{"begins at 1", func() {}, 1},
			{"stays with other hours", func() { a.Hours.Fri = nil }, 1},
			{"stays with other absences", func() { a.Away = []availability.Period{{From: "2026-12-01", To: "2026-12-02"}} }, 1},
			{"rises with the style", func() { a.Style = availability.StyleBrief }, 2},
			{"rises with the promise", func() { a.Promise.Max = 72 }, 3},
			{"rises with the words", func() { a.Words = "Other words." }, 4},
			{"stays with the same words written otherwise", func() { a.Words = " Other words.\r\n" }, 4},
			{"rises when it goes back", func() { a.Words = dublin().Words }, 5},
		} {
			t.Run(step.name, func(t *testing.T) {
				step.change()
				r.mustSet(t, a)
				got := r.mustFind(t, r.client, r.conversation).Agreement
				want := &wire.Agreement{Version: step.want, TextVersion: wire.AgreementTextVersion, Style: a.Style, Promise: a.Promise, Words: got.Words}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v, want %+v", got, want)
				}
			})
		}
	})
}

func TestAcknowledge(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		var wrong *chat.FieldsError
		t.Run("needs an agreement", func(t *testing.T) {
			_, err := r.Acknowledge(t.Context(), r.client, r.conversation, wire.Acknowledge{Version: 1})
			if !errors.As(err, &wrong) || !reflect.DeepEqual(wrong.Fields, []string{"version"}) {
				t.Errorf("got %v", err)
			}
		})
		r.mustSet(t, dublin())
		r.published.take()
		t.Run("is recorded, shown and announced to both", func(t *testing.T) {
			got := r.mustAcknowledge(t, 1)
			if got.Acknowledged != 1 || !got.AcknowledgedAt.Equal(now) || got.Words != dublin().Words {
				t.Errorf("got %+v", got)
			}
			for i, e := range r.published.take() {
				to := []chat.Actor{r.client, r.therapist}[i]
				event, ok := e.data.(wire.Conversation)
				if !ok || e.to != to.Account || event.Rev != 2 || !reflect.DeepEqual(event.Agreement, &got) || event.Availability != nil {
					t.Errorf("published %+v", e)
				}
			}
			if c := r.mustFind(t, r.therapist, r.conversation); !reflect.DeepEqual(c.Agreement, &got) || c.Rev != 2 {
				t.Errorf("the therapist sees %+v", c)
			}
		})
		t.Run("again changes nothing, even at once and later", func(t *testing.T) {
			r.clock.Add(time.Hour)
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					if got := r.mustAcknowledge(t, 1); !got.AcknowledgedAt.Equal(now) {
						t.Errorf("got %+v", got)
					}
				})
			}
			wg.Wait()
			if c := r.mustFind(t, r.client, r.conversation); c.Rev != 2 {
				t.Errorf("rev %d, want 2", c.Rev)
			}
			if events := r.published.take(); len(events) != 0 {
				t.Errorf("published %v, want nothing", events)
			}
		})
		t.Run("does not count for the next version", func(t *testing.T) {
			a := dublin()
			a.Style = availability.StyleBrief
			r.mustSet(t, a)
			if got := r.mustFind(t, r.client, r.conversation).Agreement; got.Version != 2 || got.Acknowledged != 1 {
				t.Errorf("got %+v", got)
			}
			if got := r.mustAcknowledge(t, 2); got.Acknowledged != 2 || got.AcknowledgedAt.Equal(now) {
				t.Errorf("got %+v", got)
			}
		})
		t.Run("of an old version that waited on a device takes nothing back", func(t *testing.T) {
			for _, style := range []availability.Style{availability.StyleLogistics, availability.StyleNone} {
				a := dublin()
				a.Style = style
				r.mustSet(t, a)
			}
			newest := r.mustAcknowledge(t, 4)
			before := r.mustFind(t, r.client, r.conversation).Rev
			r.clock.Add(time.Hour)
			if got := r.mustAcknowledge(t, 3); got.Acknowledged != 4 || !got.AcknowledgedAt.Equal(*newest.AcknowledgedAt) {
				t.Errorf("got %+v", got)
			}
			if rev := r.mustFind(t, r.client, r.conversation).Rev; rev != before {
				t.Errorf("rev %d, want %d", rev, before)
			}
		})
		t.Run("is the client's alone", func(t *testing.T) {
			for actor, want := range map[chat.Actor]error{
				r.therapist: chat.ErrForbidden, r.second: chat.ErrNotFound, r.admin: chat.ErrNotFound,
			} {
				if _, err := r.Acknowledge(t.Context(), actor, r.conversation, wire.Acknowledge{Version: 2}); !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			if got := r.mustFind(t, r.therapist, r.other).Agreement; got.Acknowledged != 0 {
				t.Errorf("another client's agreement: %+v", got)
			}
		})
		t.Run("of what does not exist yet is refused", func(t *testing.T) {
			for field, in := range map[string]wire.Acknowledge{
				"version":     {Version: 5},
				"textVersion": {Version: 2, TextVersion: wire.AgreementTextVersion + 1},
			} {
				_, err := r.Acknowledge(t.Context(), r.client, r.conversation, in)
				if !errors.As(err, &wrong) || !reflect.DeepEqual(wrong.Fields, []string{field}) {
					t.Errorf("%s: got %v", field, err)
				}
			}
		})
	})
}
