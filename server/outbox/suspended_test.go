package outbox_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/store/storetest"
	"pleiades/shared/envelope"
	"pleiades/shared/wire"
)

// TestSuspended hands over a queue while the practice is suspended: it has to
// come again, and arrives in order once the practice is resumed.
func TestSuspended(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		first, second, other := p.client.mustLetter(t, "one"), p.client.mustLetter(t, "two"), p.otherDevice.mustLetter(t, "else")
		ticket := p.client.mustSeal(t, uuid.Nil, envelope.Ticket, uuid.New(), wire.PutTicket{Kind: wire.TicketQuestion, Text: "Why?"})
		want(t, p.mustAccept(t, first), "accepted 1")
		storetest.MustSuspend(t, p.db, p.practice.ID, p.clock.Now())
		for range 2 {
			want(t, p.mustAccept(t, first, second, other), "duplicate 1", "retry practice_suspended", "retry practice_suspended")
		}
		want(t, p.mustAccept(t, ticket), "accepted") // who runs the service can be asked
		p.clock.Add(40 * 24 * time.Hour)
		storetest.MustSuspend(t, p.db, p.practice.ID, time.Time{})
		want(t, p.mustAccept(t, second, other), "accepted 2", "accepted 1")
	})
}
