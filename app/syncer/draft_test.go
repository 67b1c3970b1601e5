package syncer

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestDraftWhileWritten writes in one page while the draft of another is on its
// way to the device: both texts stay.
func TestDraftWhileWritten(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.add(uuid.New(), peer)
		one, other := r.open(), r.open()
		synctest.Wait()
		r.device.meanwhile["saveDraft"] = func() {
			other.SaveDraft(conv, "from the other page")
			time.Sleep(time.Second) // until that is on the device, and heard of
		}
		one.SaveDraft(conv, "from this page")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for name, text := range map[string]string{
			"this page": string(one.state.Draft(conv)), "the other": string(other.state.Draft(conv)), "the device": string(r.device.drafts[conv]),
		} {
			if !strings.Contains(text, "from this page") || !strings.Contains(text, "from the other page") {
				t.Errorf("%s has %q", name, text)
			}
		}
	})
}

// TestLeavingWhileWritten leaves the page while what was typed before is still on
// its way to the device: the last words are asked for all the same.
func TestLeavingWhileWritten(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.add(uuid.New(), peer)
		s := r.open()
		synctest.Wait()
		r.device.meanwhile["saveDraft"] = func() { time.Sleep(time.Minute) } // longer than the page is there
		s.SaveDraft(conv, "The last")
		time.Sleep(time.Second)
		s.SaveDraft(conv, "The last word")
		s.hear(t.Context(), []byte(`{"type":"hidden"}`))
		synctest.Wait()
		if got := r.device.drafts[conv]; got != "The last word" {
			t.Errorf("the device has %q when the page is gone", string(got))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := r.device.drafts[conv]; got != "The last word" {
			t.Errorf("the device has %q when the page stayed", string(got))
		}
	})
}

// TestDraftsOfOtherThings writes what is no message: it is kept until it is
// queued, and then gone in all pages.
func TestDraftsOfOtherThings(t *testing.T) {
	ticket := uuid.New()
	for name, test := range map[string]struct {
		of    uuid.UUID
		queue func(*Syncer) error
	}{
		"an item of the list": {AgendaDraft(conv), func(s *Syncer) error {
			s.SaveDraft(AgendaDraft(conv), "") // the box is emptied at once
			_, err := s.AddItems(t.Context(), conv, []message.Text{"half a thought"})
			return err
		}},
		"a ticket": {TicketDraft, func(s *Syncer) error {
			_, err := s.SendTicket(t.Context(), "half a thought", state.TicketDraft{Kind: wire.TicketAccount})
			return err
		}},
		"a reply to one": {ticket, func(s *Syncer) error {
			_, err := s.SendReply(t.Context(), ticket, "half a thought")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				s, other := r.openLockable(), r.open()
				synctest.Wait()
				r.server.set(false, true)
				s.SaveDraft(test.of, "half a thought")
				must(t, s.Lock(t.Context()))
				synctest.Wait()
				must(t, other.Unlock(t.Context(), password))
				synctest.Wait()
				for _, page := range []*Syncer{s, other} {
					if got := page.state.Draft(test.of); got != "half a thought" || page.state.Drafts() != 1 {
						t.Fatalf("a page has %q, and %d drafts", string(got), page.state.Drafts())
					}
				}
				must(t, test.queue(s))
				time.Sleep(time.Second)
				synctest.Wait()
				for _, page := range []*Syncer{s, other} {
					if n := page.state.Drafts(); n != 0 {
						t.Errorf("%d drafts are left", n)
					}
				}
				if got := r.device.drafts[test.of]; got != "" {
					t.Errorf("the device has %q", string(got))
				}
			})
		})
	}
}
