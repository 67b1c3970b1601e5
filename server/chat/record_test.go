package chat_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
	"pleiades/shared/wire"
)

// mustTakeLog returns what was recorded in the practice since the number, the
// oldest first, and the number of the last.
func (r room) mustTakeLog(t testing.TB, after int64) ([]audit.Event, int64) {
	t.Helper()
	entries, err := r.db.Accounts().ListEntries(t.Context(), r.practice, audit.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(entries)
	var events []audit.Event
	for _, entry := range entries {
		if entry.Number <= after {
			continue
		}
		event, err := entry.Event()
		if err != nil {
			t.Fatal(err)
		}
		events, after = append(events, event), entry.Number
	}
	return events, after
}

// TestEveryActIsRecorded shows which event each act leaves, and which rows it
// protects.
func TestEveryActIsRecorded(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		_, last := r.mustTakeLog(t, 0)
		item, stranger := uuid.New(), r.second
		for _, c := range []struct {
			name string
			act  func() error
			want string // kind, outcome and the tables of the rows
			by   chat.Actor
		}{
			{"sending", func() error {
				_, _, err := r.Send(t.Context(), r.client, r.conversation, draft("hello"))
				return err
			}, "key.create done wrapped_keys; message.send done messages", r.client},
			{"adding an item", func() error {
				_, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, agenda.Change{ID: item, Kind: agenda.Add, Item: item, Text: "sleep", Place: "V", At: now})
				return err
			}, "agenda.change done agenda_changes agenda_items", r.client},
			{"repeating that", func() error {
				_, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, agenda.Change{ID: item, Kind: agenda.Add, Item: item, Text: "sleep", Place: "V", At: now})
				return err
			}, "", r.client},
			{"setting times", func() error {
				_, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: dublin()})
				return err
			}, "availability.change done agreements availabilities", r.therapist},
			{"acknowledging", func() error {
				_, err := r.Acknowledge(t.Context(), r.client, r.conversation, wire.Acknowledge{Version: 1})
				return err
			}, "agreement.acknowledge done agreement_acknowledgements", r.client},
			{"arriving on a device", func() error { return r.MarkDelivered(t.Context(), r.therapist, r.conversation, 1) }, "", r.therapist},
			{"syncing", func() error {
				_, err := r.Sync(t.Context(), r.therapist, chat.Have{})
				return err
			}, "", r.therapist},
			{"reading", func() error { return r.MarkRead(t.Context(), r.therapist, r.conversation, 1) }, "conversation.open done", r.therapist},
			{"reading on", func() error {
				_, err := r.ListMessages(t.Context(), r.therapist, r.conversation, chat.Page{})
				return err
			}, "", r.therapist},
			{"asking for a page", func() error {
				_, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{})
				return err
			}, "conversation.open done", r.client},
			{"asking for what belongs to others", func() error {
				_, err := r.ListMessages(t.Context(), stranger, r.conversation, chat.Page{})
				return wantNotFound(err)
			}, "access.deny denied", stranger},
			{"sending to others", func() error {
				_, _, err := r.Send(t.Context(), stranger, r.conversation, draft("hello"))
				return wantNotFound(err)
			}, "", stranger},
			{"sending to others as the admin", func() error {
				_, _, err := r.Send(t.Context(), r.admin, r.conversation, draft("hello"))
				return wantNotFound(err)
			}, "access.deny denied", r.admin},
			{"ending care as the client", func() error {
				_, err := r.CloseConversation(t.Context(), r.client, r.conversation, wire.Close{})
				return wantForbidden(err)
			}, "access.deny denied", r.client},
			{"taking it up as the client", func() error {
				_, err := r.ReopenConversation(t.Context(), r.client, r.conversation)
				return wantForbidden(err)
			}, "", r.client},
			{"acknowledging as the therapist", func() error {
				_, err := r.Acknowledge(t.Context(), r.therapist, r.conversation, wire.Acknowledge{Version: 1})
				return wantForbidden(err)
			}, "access.deny denied", r.therapist},
			{"asking who opened it as the therapist", func() error {
				r.clock.Add(audit.Window)
				_, err := r.ListOpenings(t.Context(), r.therapist, r.conversation)
				return wantForbidden(err)
			}, "access.deny denied", r.therapist},
			{"asking for what is not there", func() error {
				_, err := r.ListAgenda(t.Context(), stranger, uuid.New())
				return wantNotFound(err)
			}, "", stranger},
		} {
			t.Run(c.name, func(t *testing.T) {
				if err := c.act(); err != nil {
					t.Fatal(err)
				}
				var events []audit.Event
				events, last = r.mustTakeLog(t, last)
				var got []string
				for _, e := range events {
					words := []string{string(e.Kind), string(e.Outcome)}
					for _, row := range e.Rows {
						table, _, _ := strings.Cut(row.Name, "/")
						words = append(words, table)
					}
					slices.Sort(words[2:])
					got = append(got, strings.Join(words, " "))
					if e.Actor != c.by.Account && e.Kind != audit.KeyCreate {
						t.Errorf("by %v, want %v", e.Actor, c.by.Account)
					}
				}
				if strings.Join(got, "; ") != c.want {
					t.Errorf("recorded %q, want %q", got, c.want)
				}
			})
		}
	})
}

// TestRefusedPlace shows whose logs tell of someone who sets times in a practice
// where they are no therapist, and that only its own names it.
func TestRefusedPlace(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		elsewhere := storetest.MustPractice(t, r.db, 0)
		var known []audit.Hash
		for _, c := range []struct {
			name     string
			actor    uuid.UUID
			practice uuid.UUID
			want     []uuid.UUID
		}{
			{"a therapist of another", elsewhere.Therapist, r.practice, []uuid.UUID{elsewhere.ID, r.practice}},
			{"a client of it", r.client.Account, r.practice, []uuid.UUID{r.practice}},
			{"someone of none", uuid.New(), r.practice, []uuid.UUID{r.practice}},
			{"a practice that is not there", elsewhere.Therapist, uuid.New(), []uuid.UUID{elsewhere.ID}},
			{"someone of none, and one that is not there", uuid.New(), uuid.New(), []uuid.UUID{uuid.Nil}},
		} {
			for range 2 { // once within the window
				_, err := r.UpdateAvailability(t.Context(), chat.Actor{Account: c.actor}, c.practice, wire.SetAvailability{Availability: dublin()})
				if !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("%s: got %v, want ErrNotFound", c.name, err)
				}
			}
			var got []uuid.UUID
			err := r.db.EachEntry(t.Context(), func(e audit.Entry) error {
				if e.Kind != audit.AccessDeny || e.Actor != c.actor || slices.Contains(known, e.Hash) {
					return nil
				}
				known, got = append(known, e.Hash), append(got, e.Practice)
				if named := e.Object == c.practice; named != (e.Practice == c.practice || e.Practice == uuid.Nil) || !named && e.Object != uuid.Nil {
					t.Errorf("%s: the chain of %s names %s", c.name, e.Practice, e.Object)
				}
				return nil
			})
			order := func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }
			slices.SortFunc(got, order)
			slices.SortFunc(c.want, order)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: recorded in %v, want %v, error %v", c.name, got, c.want, err)
			}
		}
	})
}

// TestOpeningIsRecordedOnce shows that one event stands for a quarter of an
// hour, whichever process records it.
func TestOpeningIsRecordedOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		other := chat.New(r.db.Conversations(), r.published, chat.Options{Now: r.clock.Now})
		defer other.Close()
		_, last := r.mustTakeLog(t, 0)
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {audit.Window - time.Microsecond, 0}, {time.Microsecond, 1}} {
			r.clock.Add(step.after)
			for _, service := range []*chat.Service{r.Service, other, r.Service} {
				if _, err := service.ListMessages(t.Context(), r.therapist, r.conversation, chat.Page{}); err != nil {
					t.Fatal(err)
				}
			}
			var events []audit.Event
			if events, last = r.mustTakeLog(t, last); len(events) != step.want {
				t.Errorf("after %v: %d events, want %d", step.after, len(events), step.want)
			}
		}
	})
}

// TestNothingIsShownUnrecorded shows that messages are not handed out if their
// opening cannot be recorded.
func TestNothingIsShownUnrecorded(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.mustSend(t, r.client, r.conversation, "hello")
		full := chat.New(fullStore{r.db.Conversations()}, r.published, chat.Options{Now: r.clock.Now})
		defer full.Close()
		if messages, err := full.ListMessages(t.Context(), r.therapist, r.conversation, chat.Page{}); !errors.Is(err, chat.ErrStorageFull) || messages != nil {
			t.Errorf("got %d messages, error %v", len(messages), err)
		}
		if _, err := full.ListMessages(t.Context(), r.second, r.conversation, chat.Page{}); !errors.Is(err, chat.ErrStorageFull) {
			t.Errorf("a refusal that cannot be recorded: got %v", err)
		}
	})
}

// TestMarkMovesUnrecorded shows that devices hear of a mark that moved though the
// opening could not be recorded, which is for the next try.
func TestMarkMovesUnrecorded(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.mustSend(t, r.client, r.conversation, "hello")
		ctx, cancel := context.WithCancel(t.Context())
		store := &countingStore{Store: r.db.Conversations(), before: func(n int) {
			if n > 1 {
				cancel()
			}
		}}
		failing := chat.New(store, r.published, chat.Options{Now: r.clock.Now})
		defer failing.Close()
		_, last := r.mustTakeLog(t, 0)
		r.published.take()
		if err := failing.MarkRead(ctx, r.therapist, r.conversation, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want it canceled", err)
		}
		if !slices.ContainsFunc(r.published.take(), func(p published) bool { return p.kind == wire.EventRead }) {
			t.Error("nobody heard of the mark")
		}
		if err := r.MarkRead(t.Context(), r.therapist, r.conversation, 1); err != nil {
			t.Fatal(err)
		}
		if events, _ := r.mustTakeLog(t, last); len(events) != 1 || events[0].Kind != audit.ConversationOpen {
			t.Errorf("recorded %v, want the opening", events)
		}
	})
}

// fullStore has no room for anything more.
type fullStore struct{ chat.Store }

func (fullStore) Update(context.Context, func(chat.Tx) error) error { return chat.ErrStorageFull }

func wantForbidden(err error) error {
	if !errors.Is(err, chat.ErrForbidden) {
		return errors.Join(errors.New("want ErrForbidden"), err)
	}
	return nil
}

func wantNotFound(err error) error {
	if !errors.Is(err, chat.ErrNotFound) {
		return errors.Join(errors.New("want ErrNotFound"), err)
	}
	return nil
}
