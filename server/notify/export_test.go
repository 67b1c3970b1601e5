package notify

import (
	"context"

	"github.com/wneessen/go-mail"
)

// Deliver has each mail delivered by a function of a test, which is told to whom.
func (m *Mailer) Deliver(deliver func(to string) error) {
	m.deliver = func(_ context.Context, msg *mail.Msg) error { return deliver(msg.GetToString()[0]) }
}
