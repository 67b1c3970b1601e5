package chat_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// dublin is what the therapist of these tests sets.
func dublin() availability.Availability {
	a := availability.Default("Europe/Dublin")
	a.Calendar = availability.CalendarIE
	a.Words = "I read in the afternoon."
	return a
}

func (r room) mustSet(t testing.TB, a availability.Availability) wire.TherapistAvailability {
	t.Helper()
	set, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: a})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// mustOutlook returns the outlook that the actor is shown.
func (r room) mustOutlook(t testing.TB, actor chat.Actor) *availability.Outlook {
	t.Helper()
	return r.mustFind(t, actor, r.conversation).Availability
}

func TestUpdateAvailability(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		t.Run("nothing is shown until something is set", func(t *testing.T) {
			c := r.mustFind(t, r.client, r.conversation)
			if c.Style != "" || c.Availability != nil || c.Agreement != nil {
				t.Errorf("got %+v", c)
			}
			list, err := r.ListAvailabilities(t.Context(), r.therapist)
			want := []wire.TherapistAvailability{{Practice: wire.Practice{ID: r.practice, Name: "Willow House"}}}
			if err != nil || !reflect.DeepEqual(list, want) {
				t.Errorf("got %+v, %v", list, err)
			}
		})
		set := r.mustSet(t, dublin())
		t.Run("is kept, and returned with what follows", func(t *testing.T) {
			want := dublin()
			want.Version = 1
			if set.Practice.ID != r.practice || !reflect.DeepEqual(*set.Settings, want) {
				t.Errorf("got %+v, want %+v", set.Settings, want)
			}
			if o := set.Outlook; o.Version != 1 || o.To.Before(now.Add(availability.Horizon)) || len(o.Office) < 80 {
				t.Errorf("got %+v", o)
			}
			list, err := r.ListAvailabilities(t.Context(), r.therapist)
			if err != nil || !reflect.DeepEqual(list, []wire.TherapistAvailability{set}) {
				t.Errorf("got %+v, %v", list, err)
			}
		})
		t.Run("is shown in all conversations, and announced to both people of each", func(t *testing.T) {
			events := r.published.take()
			seen := make(map[uuid.UUID]int)
			for _, e := range events {
				event, ok := e.data.(wire.AvailabilityEvent)
				if !ok || e.kind != wire.EventAvailability || event.Rev != 1 || event.Style != availability.StyleOpen ||
					!reflect.DeepEqual(event.Availability, set.Outlook) || event.Agreement.Version != 1 {
					t.Errorf("published %+v", e)
				}
				seen[e.to]++
			}
			if want := map[uuid.UUID]int{r.client.Account: 1, r.second.Account: 1, r.therapist.Account: 2}; !reflect.DeepEqual(seen, want) {
				t.Errorf("told %v, want %v", seen, want)
			}
			for _, actor := range []chat.Actor{r.client, r.therapist} {
				c := r.mustFind(t, actor, r.conversation)
				if c.Rev != 1 || c.Style != availability.StyleOpen || !reflect.DeepEqual(c.Availability, set.Outlook) || c.Agreement.Version != 1 {
					t.Errorf("got %+v", c)
				}
			}
			answer := r.mustSync(t, r.client, seqs{r.conversation: 0}, seqs{r.conversation: 0})
			if len(answer.Conversations) != 1 || answer.Conversations[0].Availability == nil {
				t.Errorf("sync: got %+v", answer)
			}
		})
		t.Run("setting the same again changes nothing", func(t *testing.T) {
			again := dublin()
			again.Version = 77
			again.Closed, again.Away, again.Hours.Sun = nil, nil, []availability.Span{}
			if got := r.mustSet(t, again); !reflect.DeepEqual(got, set) {
				t.Errorf("got %+v, want %+v", got, set)
			}
			if events := r.published.take(); len(events) != 0 {
				t.Errorf("published %v, want nothing", events)
			}
		})
		t.Run("what replaces another version than the one that stands is refused", func(t *testing.T) {
			other := dublin()
			other.Words = "I read at night."
			for _, version := range []int{0, 2, -1} {
				_, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: other, Replaces: &version})
				if !errors.Is(err, chat.ErrAvailabilityChanged) {
					t.Errorf("replacing %d: got %v", version, err)
				}
				same, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: dublin(), Replaces: &version})
				if err != nil || !reflect.DeepEqual(same, set) { // an answer was lost, and it is said again
					t.Errorf("saying again what stands: got %+v, %v", same, err)
				}
			}
			if events := r.published.take(); len(events) != 0 {
				t.Errorf("published %v, want nothing", events)
			}
		})
		t.Run("other hours make a new version, but no new agreement", func(t *testing.T) {
			a := dublin()
			a.Hours.Fri = nil
			one := 1
			got, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: a, Replaces: &one})
			if err != nil || got.Settings.Version != 2 || got.Outlook.Version != 2 || len(got.Outlook.Office) >= len(set.Outlook.Office) {
				t.Errorf("got %+v, %v", got, err)
			}
			if c := r.mustFind(t, r.client, r.conversation); c.Rev != 2 || c.Agreement.Version != 1 || c.Availability.Version != 2 {
				t.Errorf("got %+v", c)
			}
		})
		t.Run("other conversation events leave the outlook out and keep the rest", func(t *testing.T) {
			r.mustSend(t, r.client, r.conversation, "hello")
			r.published.take()
			if err := r.MarkDelivered(t.Context(), r.therapist, r.conversation, 1); err != nil {
				t.Fatal(err)
			}
			event, ok := r.published.take()[0].data.(wire.Conversation)
			if !ok || event.Availability != nil || event.Style != availability.StyleOpen || event.Agreement == nil {
				t.Errorf("published %+v", event)
			}
		})
	})
}

func TestAvailabilityIsTheTherapists(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		elsewhere := storetest.MustPractice(t, r.db, 1)
		for _, c := range []struct {
			who      string
			actor    chat.Actor
			practice uuid.UUID
			preview  error
		}{
			{"a client", r.client, r.practice, chat.ErrForbidden},
			{"the admin", r.admin, r.practice, chat.ErrForbidden},
			{"a stranger", chat.Actor{Account: uuid.New()}, r.practice, chat.ErrForbidden},
			{"a therapist of another practice", chat.Actor{Account: elsewhere.Therapist}, r.practice, nil},
			{"the therapist, elsewhere", r.therapist, elsewhere.ID, nil},
			{"the therapist, nowhere", r.therapist, uuid.New(), nil},
		} {
			t.Run(c.who, func(t *testing.T) {
				if _, err := r.UpdateAvailability(t.Context(), c.actor, c.practice, wire.SetAvailability{Availability: dublin()}); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("update: got %v, want ErrNotFound", err)
				}
				if _, err := r.PreviewAvailability(t.Context(), c.actor, dublin()); !errors.Is(err, c.preview) {
					t.Errorf("preview: got %v, want %v", err, c.preview)
				}
				list, err := r.ListAvailabilities(t.Context(), c.actor)
				if want := c.preview == nil; err != nil || (len(list) == 1) != want {
					t.Errorf("list: got %d, %v", len(list), err)
				}
			})
		}
		if events := r.published.take(); len(events) != 0 {
			t.Errorf("published %v, want nothing", events)
		}
	})
}

func TestAvailabilityRefused(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		refused := func(t *testing.T, err error, field string, code availability.Code) {
			t.Helper()
			var wrong *chat.AvailabilityError
			if want := []availability.FieldError{{Field: field, Code: code}}; !errors.As(err, &wrong) || !reflect.DeepEqual(wrong.Fields, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		}
		t.Run("names what is wrong, and changes nothing", func(t *testing.T) {
			for _, zone := range []string{"", "Local", "Mars/Olympus", "../../etc/passwd", "Europe", "\x00"} {
				a := dublin()
				a.Zone = zone
				_, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: a})
				refused(t, err, "zone", availability.CodeUnknownZone)
				_, err = r.PreviewAvailability(t.Context(), r.therapist, a)
				refused(t, err, "zone", availability.CodeUnknownZone)
			}
			if list, err := r.ListAvailabilities(t.Context(), r.therapist); err != nil || list[0].Settings != nil {
				t.Errorf("got %+v, %v", list, err)
			}
		})
		t.Run("an absence may not be over, by the clocks of the zone", func(t *testing.T) {
			a := availability.Default("Pacific/Kiritimati") // 14 hours ahead: 23:00 there
			a.Away = []availability.Period{{From: "2026-11-01", To: "2026-11-01"}}
			_, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: a})
			refused(t, err, "away[0]", availability.CodePastAway)
			a.Zone = "Pacific/Niue" // 11 hours behind: still the day before
			if _, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: a}); err != nil {
				t.Error(err)
			}
		})
		t.Run("an absence that stood before may be over", func(t *testing.T) {
			r.clock.Add(30 * 24 * time.Hour)
			a := availability.Default("Pacific/Niue")
			a.Away = []availability.Period{{From: "2026-11-01", To: "2026-11-01"}, {From: "2026-12-20", To: "2027-01-03"}}
			if _, err := r.PreviewAvailability(t.Context(), r.therapist, a); err != nil {
				t.Error(err)
			}
			if _, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: a}); err != nil {
				t.Error(err)
			}
			a.Away[0].To = "2026-11-02"
			_, err := r.PreviewAvailability(t.Context(), r.therapist, a)
			refused(t, err, "away[0]", availability.CodePastAway)
		})
	})
}

func TestPreviewAvailability(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		outlook, err := r.PreviewAvailability(t.Context(), r.therapist, dublin())
		want, _ := calendar.Outlook(dublin(), now)
		if err != nil || !reflect.DeepEqual(outlook, want) {
			t.Errorf("got %+v, %v", outlook, err)
		}
		if list, err := r.ListAvailabilities(t.Context(), r.therapist); err != nil || list[0].Settings != nil {
			t.Errorf("it was kept: %+v, %v", list, err)
		}
	})
}

// TestOutlookOfTheDay shows when an outlook is made anew.
func TestOutlookOfTheDay(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		var mu sync.Mutex
		made := 0
		counting := chat.New(r.db.Conversations(), r.published, chat.Options{
			Now: r.clock.Now, Zone: calendar.Zone,
			Outlook: func(a availability.Availability, now time.Time) (availability.Outlook, error) {
				mu.Lock()
				defer mu.Unlock()
				made++
				return calendar.Outlook(a, now)
			},
		})
		defer counting.Close()
		r.Service = counting
		a := availability.Default("America/New_York") // where the day begins later
		for _, step := range []struct {
			name string
			do   func()
			want int // outlooks made since the beginning
		}{
			{"once for all conversations", func() { r.mustSet(t, a) }, 1},
			{"not again the same day", func() { r.clock.Add(14 * time.Hour) }, 1},
			{"again for a new version", func() { a.Hours.Fri = nil; r.mustSet(t, a) }, 2},
			{"again the next day", func() { r.clock.Add(2 * time.Hour) }, 3},
		} {
			t.Run(step.name, func(t *testing.T) {
				step.do()
				for range 3 {
					for _, actor := range []chat.Actor{r.therapist, r.client} {
						if o := r.mustOutlook(t, actor); o.To.Before(r.clock.Now().Add(availability.Horizon)) {
							t.Errorf("the outlook ends %v after now", o.To.Sub(r.clock.Now()))
						}
					}
				}
				if made != step.want {
					t.Errorf("made %d outlooks, want %d", made, step.want)
				}
			})
		}
	})
}

// TestAvailabilityOfLostZone shows that a zone which a later machine does not
// know costs the outlook and nothing else.
func TestAvailabilityOfLostZone(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.mustSet(t, dublin())
		later := chat.New(r.db.Conversations(), r.published, chat.Options{
			Now: r.clock.Now, Zone: calendar.Zone,
			Outlook: func(availability.Availability, time.Time) (availability.Outlook, error) {
				return availability.Outlook{}, errors.New("unknown zone")
			},
		})
		defer later.Close()
		r.Service = later
		if c := r.mustFind(t, r.client, r.conversation); c.Availability != nil || c.Style != availability.StyleOpen || c.Agreement == nil {
			t.Errorf("got %+v", c)
		}
		list, err := r.ListAvailabilities(t.Context(), r.therapist)
		if err != nil || len(list) != 1 || list[0].Settings == nil || list[0].Outlook != nil {
			t.Errorf("got %+v, %v", list, err)
		}
	})
}

// TestAvailabilityBesideSends shows that no version is lost where a therapist's
// two devices and messages come at once.
func TestAvailabilityBesideSends(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		const n = 15
		var wg sync.WaitGroup
		for device := range 2 {
			wg.Go(func() {
				for i := range n {
					a := dublin()
					a.Promise.Max = 48 + 2*i + device
					r.mustSet(t, a)
				}
			})
		}
		wg.Go(func() {
			for range n {
				r.mustSend(t, r.client, r.conversation, "hello")
			}
		})
		wg.Wait()
		c := r.mustFind(t, r.client, r.conversation)
		if c.Rev != 3*n || c.Availability.Version != 2*n || c.Agreement.Version != 2*n || c.LastSeq != n {
			t.Errorf("got rev %d, version %d, agreement %d, seq %d; want %d, %d, %d, %d",
				c.Rev, c.Availability.Version, c.Agreement.Version, c.LastSeq, 3*n, 2*n, 2*n, n)
		}
	})
}

// BenchmarkConversationView measures what an outlook adds to the list of a
// therapist with many clients: making it, and its JSON.
func BenchmarkConversationView(b *testing.B) {
	db := storetest.MustOpen(b, storetest.SQLite)
	r := mustRoom(b, db)
	a := dublin()
	for _, day := range []*[]availability.Span{&a.Hours.Mon, &a.Hours.Tue, &a.Hours.Wed, &a.Hours.Thu} {
		*day = []availability.Span{{"09:00", "12:30"}, {"13:30", "17:00"}}
	}
	r.mustSet(b, a)
	b.Run("expansion", func(b *testing.B) {
		for b.Loop() {
			if _, err := calendar.Outlook(a, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	c := r.mustFind(b, r.therapist, r.conversation)
	b.Run("JSON", func(b *testing.B) {
		var text []byte
		for b.Loop() {
			var err error
			if text, err = json.Marshal(c); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(text)), "bytes")
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			r.mustFind(b, r.therapist, r.conversation)
		}
	})
}
