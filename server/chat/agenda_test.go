package chat_test

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func addition(text message.Text, place string) agenda.Change {
	id := uuid.New()
	return agenda.Change{ID: id, Kind: agenda.Add, Item: id, Text: text, Place: place, At: now.Add(-time.Hour)}
}

func edit(item agenda.Item, text message.Text) agenda.Change {
	return agenda.Change{ID: uuid.New(), Kind: agenda.Edit, Item: item.ID, Base: item.TextID, Text: text, Place: item.Place + "V", At: now}
}

func check(item uuid.UUID) agenda.Change {
	return agenda.Change{ID: uuid.New(), Kind: agenda.Check, Item: item, At: now}
}

func removal(item agenda.Item) agenda.Change {
	return agenda.Change{ID: uuid.New(), Kind: agenda.Remove, Item: item.ID, Base: item.TextID, At: now}
}

// mustChange makes a change that was not known before.
func (r room) mustChange(t testing.TB, actor chat.Actor, c agenda.Change) wire.AgendaChanged {
	t.Helper()
	answer, created, err := r.ChangeAgenda(t.Context(), actor, r.conversation, c)
	if err != nil || !created || answer.ID != c.ID {
		t.Fatalf("%s: got %+v, created %v, error %v", c.Kind, answer, created, err)
	}
	return answer
}

// mustList returns the list as texts in order, those checked off marked.
func (r room) mustList(t testing.TB, actor chat.Actor) string {
	t.Helper()
	list, err := r.ListAgenda(t.Context(), actor, r.conversation)
	if err != nil {
		t.Fatal(err)
	}
	return texts(list.Items)
}

func texts(items []agenda.Item) string {
	var parts []string
	for _, item := range items {
		part := string(item.Text)
		if item.Done {
			part += " (done)"
		}
		if item.Removed {
			part += "(removed)"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func TestChangeAgenda(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		sleep := r.mustChange(t, r.client, addition("  sleep\r\n", "V")).Items[0]
		t.Run("stores what was added, with who and when", func(t *testing.T) {
			want := agenda.Item{
				ID: sleep.ID, Text: "sleep", TextID: sleep.ID, Place: "V",
				Writer: r.client.Account, Author: r.client.Account, CreatedAt: now.Add(-time.Hour), Rev: 1,
			}
			list, err := r.ListAgenda(t.Context(), r.therapist, r.conversation)
			if err != nil || !reflect.DeepEqual(list, wire.Agenda{Rev: 1, Items: []agenda.Item{want}}) {
				t.Errorf("got %+v, %v", list, err)
			}
		})
		t.Run("tells both people", func(t *testing.T) {
			event := wire.AgendaEvent{Conversation: r.conversation, Rev: 1, Items: []agenda.Item{sleep}}
			want := []published{{wire.EventAgenda, r.client.Account, event}, {wire.EventAgenda, r.therapist.Account, event}}
			if got := r.published.take(); !reflect.DeepEqual(got, want) {
				t.Errorf("published %+v, want %+v", got, want)
			}
		})
		t.Run("checks off, by the other", func(t *testing.T) {
			done := r.mustChange(t, r.therapist, check(sleep.ID)).Items
			if len(done) != 1 || !done[0].Done || done[0].DoneBy != r.therapist.Account || !done[0].DoneAt.Equal(now) || done[0].Rev != 2 {
				t.Errorf("got %+v", done)
			}
			if c := r.mustFind(t, r.client, r.conversation); c.Rev != 2 || c.AgendaRev != 2 {
				t.Errorf("got rev %d and agendaRev %d, want 2", c.Rev, c.AgendaRev)
			}
		})
		t.Run("a change that changes nothing raises nothing", func(t *testing.T) {
			r.published.take()
			answer := r.mustChange(t, r.client, check(sleep.ID))
			if answer.Rev != 2 || len(answer.Items) != 1 || answer.Items[0].DoneBy != r.therapist.Account {
				t.Errorf("got %+v, want the item as the therapist checked it", answer)
			}
			unknown := r.mustChange(t, r.client, check(uuid.New()))
			if unknown.Items == nil || len(unknown.Items) != 0 || unknown.Rev != 2 {
				t.Errorf("got %+v, want an empty list", unknown)
			}
			if events := r.published.take(); len(events) != 0 {
				t.Errorf("published %v, want nothing", events)
			}
		})
		t.Run("undoes, moves and removes", func(t *testing.T) {
			second := r.mustChange(t, r.therapist, addition("a plan for the holidays", "k")).Items[0]
			r.mustChange(t, r.client, agenda.Change{ID: uuid.New(), Kind: agenda.Uncheck, Item: sleep.ID, At: now})
			r.mustChange(t, r.client, agenda.Change{ID: uuid.New(), Kind: agenda.Move, Item: second.ID, Place: "B", At: now})
			if got := r.mustList(t, r.client); got != "a plan for the holidays, sleep" {
				t.Errorf("got %s", got)
			}
			gone := r.mustChange(t, r.client, removal(second)).Items[0]
			if !gone.Removed || gone.Text != "" {
				t.Errorf("got %+v, want a mark without text", gone)
			}
			if got := r.mustList(t, r.therapist); got != "sleep" {
				t.Errorf("got %s", got)
			}
		})
		t.Run("a clock that cannot be right does not count", func(t *testing.T) {
			for _, at := range []time.Time{now.Add(72 * time.Hour), time.Time{}.AddDate(-1, 0, 0)} {
				c := addition("when?", "x")
				c.At = at
				if got := r.mustChange(t, r.client, c).Items[0].CreatedAt; !got.Equal(now) {
					t.Errorf("%v: got %v, want %v", at, got, now)
				}
			}
		})
	})
}

// TestAgendaConflicts shows that what two devices wrote without knowing of each
// other stays, both of it.
func TestAgendaConflicts(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		item := r.mustChange(t, r.client, addition("first words", "V")).Items[0]
		r.mustChange(t, r.client, edit(item, "from the phone"))
		split := r.mustChange(t, r.therapist, edit(item, "from the desk"))
		if len(split.Items) != 2 || split.Items[0].Text != "from the phone" || split.Items[1].ID != split.ID || split.Items[1].Text != "from the desk" {
			t.Errorf("got %+v, want both items", split.Items)
		}
		if got := r.mustList(t, r.client); got != "from the phone, from the desk" {
			t.Errorf("got %s, want both texts", got)
		}
		kept := r.mustChange(t, r.therapist, removal(item)).Items
		if len(kept) != 1 || kept[0].Text != "from the phone" {
			t.Errorf("got %+v: removed words that the person removing had not seen", kept)
		}
		tick := func(text uuid.UUID) wire.AgendaChanged {
			c := check(item.ID)
			c.Base = text
			return r.mustChange(t, r.therapist, c)
		}
		tick(item.TextID)
		if got := r.mustList(t, r.client); got != "from the phone, from the desk" {
			t.Errorf("got %s: checked off what the person had not seen", got)
		}
		if got := texts(tick(split.ID).Items); got != "from the phone, from the desk (done)" {
			t.Errorf("got %s, want what was seen checked off", got)
		}
	})
}

// TestWriter shows that each item says whose words it holds.
func TestWriter(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		item := r.mustChange(t, r.client, addition("everything", "V")).Items[0]
		edited := r.mustChange(t, r.therapist, edit(item, "what happened in May"))
		split := r.mustChange(t, r.client, edit(item, "everything, and you")) // of the words that stood before
		r.mustChange(t, r.client, check(item.ID))
		want := map[uuid.UUID][2]uuid.UUID{ // author and writer
			item.ID:  {r.client.Account, r.therapist.Account},
			split.ID: {r.client.Account, r.client.Account},
		}
		list, err := r.ListAgenda(t.Context(), r.client, r.conversation)
		if err != nil || len(list.Items) != len(want) {
			t.Fatalf("got %+v, %v", list, err)
		}
		for _, items := range [][]agenda.Item{list.Items, edited.Items, split.Items} {
			for _, it := range items {
				if who := [2]uuid.UUID{it.Author, it.WrittenBy()}; who != want[it.ID] {
					t.Errorf("%q: added and written by %v, want %v", string(it.Text), who, want[it.ID])
				}
			}
		}
	})
}

func TestChangeAgendaAgain(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		first := addition("once", "V")
		t.Run("a hundred times at once is one change", func(t *testing.T) {
			var created, repeated atomic.Int64
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					for range 5 {
						answer, isNew, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, first)
						if err != nil || len(answer.Items) != 1 || answer.Items[0].Text != "once" || answer.Rev != 1 {
							t.Errorf("got %+v, %v", answer, err)
						}
						if isNew {
							created.Add(1)
						} else {
							repeated.Add(1)
						}
					}
				})
			}
			wg.Wait()
			if created.Load() != 1 || repeated.Load() != 99 {
				t.Errorf("%d created, %d repeated; want 1 and 99", created.Load(), repeated.Load())
			}
			if events := r.published.take(); len(events) != 2 {
				t.Errorf("published %d events, want 2: one for each person", len(events))
			}
		})
		item := agenda.Item{ID: first.ID, TextID: first.ID, Place: "V"}
		rewritten := edit(item, "twice")
		r.mustChange(t, r.therapist, rewritten)
		t.Run("an old change repeated undoes nothing", func(t *testing.T) {
			answer, created, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, first)
			if err != nil || created || texts(answer.Items) != "twice" || answer.Rev != 2 {
				t.Errorf("got %+v, created %v, %v", answer, created, err)
			}
		})
		t.Run("an addition repeated after its removal stays removed", func(t *testing.T) {
			item.TextID = rewritten.ID
			r.mustChange(t, r.therapist, removal(item))
			answer, created, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, first)
			if err != nil || created || len(answer.Items) != 1 || !answer.Items[0].Removed {
				t.Errorf("got %+v, created %v, %v", answer, created, err)
			}
		})
		other := addition("mine", "V")
		r.mustChange(t, r.client, other)
		for name, change := range map[string]func(c agenda.Change) (chat.Actor, agenda.Change){
			"another text": func(c agenda.Change) (chat.Actor, agenda.Change) { c.Text = "not mine"; return r.client, c },
			"another kind": func(c agenda.Change) (chat.Actor, agenda.Change) {
				d := check(first.ID)
				d.ID = c.ID
				return r.client, d
			},
			"another actor": func(c agenda.Change) (chat.Actor, agenda.Change) { return r.therapist, c },
		} {
			t.Run(name+" under the same id is a conflict", func(t *testing.T) {
				actor, c := change(other)
				if _, _, err := r.ChangeAgenda(t.Context(), actor, r.conversation, c); !errors.Is(err, chat.ErrIDConflict) {
					t.Errorf("got %v, want ErrIDConflict", err)
				}
			})
		}
		t.Run("another item under the same id is a conflict", func(t *testing.T) {
			c := check(other.ID)
			r.mustChange(t, r.client, c)
			c.Item = first.ID
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, c); !errors.Is(err, chat.ErrIDConflict) {
				t.Errorf("got %v, want ErrIDConflict", err)
			}
		})
	})
}

func TestChangeAgendaRefused(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		item := r.mustChange(t, r.client, addition("mine", "V")).Items[0]
		r.published.take()
		t.Run("hides lists of others", func(t *testing.T) {
			for _, actor := range []chat.Actor{r.second, r.admin, {Account: uuid.New()}} {
				if _, _, err := r.ChangeAgenda(t.Context(), actor, r.conversation, check(item.ID)); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("change: got %v, want ErrNotFound", err)
				}
				if _, err := r.ListAgenda(t.Context(), actor, r.conversation); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("list: got %v, want ErrNotFound", err)
				}
			}
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, uuid.New(), check(item.ID)); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
		})
		t.Run("an item of another list is not there", func(t *testing.T) {
			answer, _, err := r.ChangeAgenda(t.Context(), r.therapist, r.other, check(item.ID))
			if err != nil || len(answer.Items) != 0 {
				t.Errorf("got %+v, %v", answer, err)
			}
		})
		t.Run("names fields that do not fit", func(t *testing.T) {
			c := check(item.ID)
			c.Kind = agenda.Uncheck
			c.Place, c.Text, c.Base = "V", "words", item.TextID
			var wrong *chat.FieldsError
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, c); !errors.As(err, &wrong) ||
				!reflect.DeepEqual(wrong.Fields, []string{"base", "place", "text"}) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("names what is wrong with a text", func(t *testing.T) {
			var wrong *chat.InvalidError
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, addition(" \n", "V")); !errors.As(err, &wrong) ||
				!reflect.DeepEqual(wrong.Codes, []message.Code{message.CodeEmpty}) {
				t.Errorf("got %v", err)
			}
		})
		if events := r.published.take(); len(events) != 0 {
			t.Errorf("published %v, want nothing", events)
		}
	})
}

func TestAgendaFull(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		items := storetest.MustFillAgenda(t, r.db, r.conversation, r.client.Account, agenda.MaxItems)
		last := items[len(items)-1]
		tooMany := addition("one more", "V")
		refused := func(t *testing.T, c agenda.Change) {
			t.Helper()
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, c); !errors.Is(err, chat.ErrListFull) {
				t.Errorf("got %v, want ErrListFull", err)
			}
		}
		refused(t, tooMany)
		stale := edit(last, "words")
		stale.Base = uuid.New()
		refused(t, stale) // would become an item of its own
		r.mustChange(t, r.client, edit(last, "other words"))
		r.mustChange(t, r.client, check(last.ID))
		if list, err := r.ListAgenda(t.Context(), r.client, r.conversation); err != nil || len(list.Items) != agenda.MaxItems || list.Rev != 3 {
			t.Errorf("got %d items and rev %d, %v", len(list.Items), list.Rev, err)
		}
		r.mustChange(t, r.client, removal(items[0]))
		// A refused change leaves no trace: it is new when it comes again.
		r.mustChange(t, r.client, tooMany)
	})
}

// TestAgendaBesideSends shows that everything in a conversation takes its turn.
func TestAgendaBesideSends(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		const n = 30
		var wg sync.WaitGroup
		for _, actor := range []chat.Actor{r.client, r.therapist} {
			wg.Go(func() {
				for range n {
					r.mustSend(t, actor, r.conversation, "hello")
				}
			})
			wg.Go(func() {
				for range n {
					r.mustChange(t, actor, addition("item", "V"))
				}
			})
		}
		wg.Wait()
		c := r.mustFind(t, r.client, r.conversation)
		if c.LastSeq != 2*n || c.Rev != 4*n {
			t.Errorf("got seq %d and rev %d, want %d and %d", c.LastSeq, c.Rev, 2*n, 4*n)
		}
		list, err := r.ListAgenda(t.Context(), r.client, r.conversation)
		if err != nil {
			t.Fatal(err)
		}
		revs := make(map[int64]bool)
		for _, item := range list.Items {
			revs[item.Rev] = true
		}
		if len(list.Items) != 2*n || len(revs) != 2*n || !revs[c.AgendaRev] {
			t.Errorf("%d items with %d revs, want %d of each, the newest %d among them", len(list.Items), len(revs), 2*n, c.AgendaRev)
		}
	})
}

func TestSyncAgenda(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		first := r.mustChange(t, r.client, addition("first", "B")).Items[0]
		second := r.mustChange(t, r.client, addition("second", "C")).Items[0]
		r.mustChange(t, r.client, removal(first))
		r.mustChange(t, r.therapist, addition("third", "D"))
		at := func(rev, agendaRev int64) chat.Have {
			return chat.Have{Seqs: seqs{r.conversation: 0}, Revs: seqs{r.conversation: rev}, Agendas: seqs{r.conversation: agendaRev}}
		}
		for _, c := range []struct {
			name string
			have chat.Have
			want string // "-" for nothing at all
		}{
			{"an unknown conversation comes with the whole list", chat.Have{}, "second, third"},
			{"an unknown conversation comes with the whole list, whatever is said of that", chat.Have{Agendas: seqs{r.conversation: 3}}, "second, third"},
			{"a list of which nothing is said comes whole when the rev is behind", chat.Have{Seqs: seqs{r.conversation: 0}, Revs: seqs{r.conversation: 3}}, "second, third"},
			{"a list of which nothing is said does not come when the rev is known", chat.Have{Seqs: seqs{r.conversation: 0}, Revs: seqs{r.conversation: 4}}, "-"},
			{"what changed comes, removed items too", at(2, 2), "(removed), third"},
			{"a list known from its beginning comes with what was removed", at(0, 0), "(removed), second, third"},
			{"a list that is behind comes, though the rev is known", at(4, 3), "third"},
			{"a list that is known does not come again", at(3, 4), ""},
			{"nothing comes to who has everything", at(4, 4), "-"},
			{"more than there is comes to nothing", at(4, 99), "-"},
		} {
			t.Run(c.name, func(t *testing.T) {
				answer := r.mustSyncLists(t, r.client, c.have)
				if len(answer.Conversations) == 0 {
					if c.want != "-" {
						t.Errorf("got nothing, want %q", c.want)
					}
					return
				}
				if got := texts(answer.Conversations[0].Agenda); got != c.want || answer.Conversations[0].AgendaRev != 4 {
					t.Errorf("got %q and agendaRev %d, want %q and 4", got, answer.Conversations[0].AgendaRev, c.want)
				}
			})
		}
		r.mustChange(t, r.client, removal(second))
		if answer := r.mustSyncLists(t, r.second, chat.Have{}); len(answer.Conversations) != 1 || len(answer.Conversations[0].Agenda) != 0 {
			t.Errorf("another client got %+v", answer)
		}
	})
}

// TestSyncAgendaCut follows a new device of someone whose lists do not fit one
// answer, whether or not it says what it has of them.
func TestSyncAgendaCut(t *testing.T) {
	for name, lists := range map[string]bool{"a device that tells its lists": true, "one that does not": false} {
		t.Run(name, func(t *testing.T) { testSyncAgendaCut(t, lists) })
	}
}

func testSyncAgendaCut(t *testing.T, lists bool) {
	eachRoom(t, func(t *testing.T, r room) {
		const each = chat.MaxSyncItems/2 + 1
		storetest.MustFillAgenda(t, r.db, r.conversation, r.client.Account, each)
		storetest.MustFillAgenda(t, r.db, r.other, r.second.Account, each)
		have := chat.Have{Seqs: seqs{}, Revs: seqs{}, Agendas: seqs{}}
		for round := range 3 {
			answer := r.mustSyncLists(t, r.therapist, have)
			if want := round < 2; answer.More != (round == 0) || (len(answer.Conversations) == 1) != want {
				t.Fatalf("round %d: %d conversations, more %v", round, len(answer.Conversations), answer.More)
			}
			for _, c := range answer.Conversations {
				if len(c.Agenda) != each {
					t.Errorf("round %d: %d items, want %d", round, len(c.Agenda), each)
				}
				have.Seqs[c.ID], have.Revs[c.ID] = c.LastSeq, c.Rev
				if lists {
					have.Agendas[c.ID] = c.AgendaRev
				}
			}
		}
	})
}
