package outbox_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestWithdrawn hands over what was withdrawn meanwhile.
func TestWithdrawn(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		at := p.clock.Now()
		client := chat.Actor{Account: p.client.account}
		seal := func(id uuid.UUID) []byte {
			return p.client.mustSeal(t, p.conversation, envelope.Message, id, wire.PutMessage{Body: "text", WrittenAt: at})
		}
		withdraw := func(actor chat.Actor, id uuid.UUID, want error) {
			t.Helper()
			if err := p.chat.Withdraw(t.Context(), actor, p.conversation, id); !errors.Is(err, want) {
				t.Errorf("withdraw: got %v, want %v", err, want)
			}
		}

		late, after, stored := uuid.New(), uuid.New(), uuid.New()
		withdraw(client, late, nil)
		withdraw(client, late, nil)
		want(t, p.mustAccept(t, seal(late), seal(after)), "rejected withdrawn", "accepted 1")
		if _, _, err := p.chat.Send(t.Context(), client, p.conversation, message.Draft{ID: late, Body: "text", WrittenAt: at}); !errors.Is(err, chat.ErrWithdrawn) {
			t.Errorf("with a login: %v", err)
		}

		// What came before is stored, and handed over again it stays so.
		want(t, p.mustAccept(t, seal(stored)), "accepted 2")
		withdraw(client, stored, chat.ErrSent)
		want(t, p.mustAccept(t, seal(stored)), "duplicate 2")

		// Nobody withdraws for another.
		others := uuid.New()
		withdraw(p.therapistSeat, others, nil)
		withdraw(chat.Actor{Account: p.otherDevice.account}, others, chat.ErrNotFound)
		want(t, p.mustAccept(t, seal(others)), "accepted 3")
		withdraw(p.therapistSeat, others, nil)
	})
}

// TestWithdrawnAtOnce withdraws while it is handed over: it is either stored or
// withdrawn, and both are told the same.
func TestWithdrawnAtOnce(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		for range 10 {
			id := uuid.New()
			sealed := p.client.mustSeal(t, p.conversation, envelope.Message, id, wire.PutMessage{Body: "text", WrittenAt: p.clock.Now()})
			withdrawn := make(chan error, 1)
			go func() {
				withdrawn <- p.chat.Withdraw(t.Context(), chat.Actor{Account: p.client.account}, p.conversation, id)
			}()
			answer, err := p.mustAccept(t, sealed)[0], <-withdrawn
			if sent := errors.Is(err, chat.ErrSent); err != nil && !sent || sent != (answer.Status == wire.OutboxAccepted) {
				t.Fatalf("withdrawing: %v, handing over: %+v", err, answer)
			}
		}
	})
}

// TestWithdrawnKept remembers the newest of an author, and all of others.
func TestWithdrawnKept(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		key := func(author uuid.UUID) chat.DraftKey {
			return chat.DraftKey{Conversation: p.conversation, ID: uuid.New(), Author: author}
		}
		others := key(p.therapistSeat.Account)
		keys := []chat.DraftKey{others, key(p.client.account), key(p.client.account), key(p.client.account)}
		err := p.db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
			cs, err := tx.LockConversations(t.Context(), []uuid.UUID{p.conversation})
			for i, k := range keys {
				at := p.clock.Now().Add(time.Duration(i) * time.Second)
				err = errors.Join(err, tx.CreateWithdrawal(t.Context(), cs[0].Practice, k, at, 2))
			}
			var wanted []chat.Wanted
			for _, key := range keys {
				wanted = append(wanted, chat.Wanted{DraftKey: key})
			}
			all, lockErr := tx.LockForMessages(t.Context(), wanted)
			found := all.Withdrawn
			if want := []chat.DraftKey{keys[0], keys[2], keys[3]}; len(found) != len(want) || slices.ContainsFunc(want, func(k chat.DraftKey) bool {
				return !slices.Contains(found, k)
			}) {
				t.Errorf("remembered are %v, want %v", found, want)
			}
			return errors.Join(err, lockErr)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
