package outbox_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/limit"
	"pleiades/server/support"
	"pleiades/shared/envelope"
	"pleiades/shared/wire"
)

// TestTickets hands over what was written to those who run the service.
func TestTickets(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		seal := func(id uuid.UUID, body any) []byte { return p.client.mustSeal(t, uuid.Nil, envelope.Ticket, id, body) }
		id := uuid.New()
		ticket := wire.PutTicket{Kind: wire.TicketProblem, Text: "It is slow."}
		want(t, p.mustAccept(t, seal(id, ticket), seal(id, ticket)), "accepted", "duplicate")
		ticket.Text = "It is fast."
		want(t, p.mustAccept(t, seal(id, ticket)), "rejected id_conflict")
		want(t, p.mustAccept(t,
			seal(uuid.New(), wire.PutTicket{Kind: wire.TicketProblem, Text: " "}),
			seal(uuid.New(), wire.PutTicket{Kind: "praise", Text: "Well done"}),
			seal(uuid.New(), map[string]any{"kind": "other", "text": "x", "to": "my therapist"}),
		), "rejected invalid_message", "rejected invalid_request", "rejected invalid_request")

		list, err := p.support.ListOwn(t.Context(), support.Actor{Account: p.client.account})
		if err != nil || len(list) != 1 || list[0].Text != "It is slow." {
			t.Errorf("stored %+v, %v", list, err)
		}
		// A reply waits like a ticket, and its id makes a second try harmless.
		reply := p.client.mustSeal(t, uuid.Nil, envelope.Reply, uuid.New(), wire.SealedReply{Ticket: id, Text: "Still slow."})
		want(t, p.mustAccept(t, reply, reply), "accepted", "duplicate")
		foreign := p.otherDevice.mustSeal(t, uuid.Nil, envelope.Reply, uuid.New(), wire.SealedReply{Ticket: id, Text: "Mine?"})
		want(t, p.mustAccept(t, foreign), "rejected not_found")
		if list, err := p.support.ListOwn(t.Context(), support.Actor{Account: p.client.account}); err != nil || len(list[0].Replies) != 1 {
			t.Errorf("replies %+v, %v", list, err)
		}
		p.clock.Add(10 * ticketRate.Every)

		// Beyond what one account may write they wait, in their own lane.
		var many [][]byte
		for range ticketRate.Burst + 1 {
			many = append(many, seal(uuid.New(), ticket))
		}
		many = append(many, p.client.mustLetter(t, "a message"))
		answers := p.mustAccept(t, many...)
		if n := len(answers); answers[n-1].Status != wire.OutboxAccepted || answers[n-2].Status != wire.OutboxRetry || answers[0].Status != wire.OutboxAccepted {
			t.Errorf("answers %+v", answers)
		}
	})
}

var ticketRate = limit.Rate{Burst: 5, Every: time.Minute}
