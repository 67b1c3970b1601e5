package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/server/support"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// lane is where the order of envelopes counts.
type lane struct{ device, conversation uuid.UUID }

// Admit counts a request that came from a network address, before its body is
// read. It returns 0, or how long to wait where that is once too often.
func (s *Service) Admit(address string) time.Duration { return s.addresses.Take(address) }

// Accept takes envelopes in that came from a network address, and says of each
// what became of it. Within a device and conversation they are taken in order:
// after the first that has to come again, all later ones have to. Those beyond
// what one address may bring have to come again as well; ErrTooMany says that not
// even the first was looked at.
//
// Whoever does not have the device's secret learns nothing but that: whether the
// device is known or revoked, the person a member, or the envelope a repetition
// is said only after its MAC was found right.
func (s *Service) Accept(ctx context.Context, address string, envelopes [][]byte) ([]wire.OutboxAnswer, error) {
	answers := make([]wire.OutboxAnswer, len(envelopes))
	for i := range envelopes {
		if s.addresses.Take(address) == 0 {
			continue
		}
		if i == 0 {
			return nil, fmt.Errorf("accept: %w", ErrTooMany)
		}
		for j := i; j < len(answers); j++ {
			answers[j].Status = wire.OutboxRetry
		}
		envelopes = envelopes[:i]
		break
	}
	waiting := make(map[lane][]int)
	var order []lane
	for i, sealed := range envelopes {
		h, err := envelope.ReadHeader(sealed)
		if errors.Is(err, envelope.ErrNewer) {
			// Whose it is cannot be read, so what comes behind may be behind it.
			for j := i; j < len(answers); j++ {
				answers[j].Status = wire.OutboxRetry
			}
			break
		}
		if err != nil {
			answers[i] = refusal(err)
			continue
		}
		l := lane{h.Device, h.Conversation}
		if waiting[l] == nil {
			order = append(order, l)
		}
		waiting[l] = append(waiting[l], i)
	}
	senders := make(map[uuid.UUID]*sender)
	for _, l := range order {
		from := senders[l.device]
		if from == nil {
			var err error
			if from, err = s.findSender(ctx, l.device); err != nil {
				return nil, fmt.Errorf("accept: %w", err)
			}
			senders[l.device] = from
		}
		d := delivery{s: s, ctx: ctx, lane: l, sender: from, answers: answers}
		for _, i := range waiting[l] {
			d.take(i, envelopes[i])
		}
		d.send()
	}
	return answers, nil
}

// sender is who a device speaks for, the secrets that its envelopes may be sealed
// with, and the keys they may be sealed to.
type sender struct {
	Sender
	secrets []envelope.Secret
	keys    openers
}

// findSender finds who a device speaks for. Its secrets are filled up with some
// that nobody has, so that the envelopes of an unknown device take the same way.
func (s *Service) findSender(ctx context.Context, device uuid.UUID) (*sender, error) {
	found, keys, err := s.store.FindSender(ctx, device)
	if err != nil {
		return nil, err
	}
	secrets := make([]envelope.Secret, keptSecrets)
	for i := range secrets {
		if i < len(found.Secrets) && (i == 0 || s.now().Sub(found.Secrets[i-1].CreatedAt) < KeepKeys) {
			secrets[i] = found.Secrets[i].Secret
		} else if _, err := io.ReadFull(s.rand, secrets[i][:]); err != nil {
			return nil, fmt.Errorf("make secret: %w", err)
		}
	}
	return &sender{found, secrets, s.openers(keys)}, nil
}

// delivery takes in what one device sealed for one conversation, in order.
type delivery struct {
	s       *Service
	ctx     context.Context
	lane    lane
	sender  *sender
	answers []wire.OutboxAnswer

	run     []letter // messages to store together
	stopped bool     // one had to come again
}

// take takes the envelope in whose answer is the one of the index.
func (d *delivery) take(i int, sealed []byte) {
	if d.stopped || d.s.devices.Take(d.lane.device.String()) > 0 {
		d.retry(i)
		return
	}
	content, err := d.open(sealed)
	if err != nil {
		d.s.refused(d.ctx, d.lane.device, d.sender.Account, err)
		d.answer(i, refusal(err))
		return
	}
	if d.s.accounts.Take(d.sender.Account.String()) > 0 {
		d.retry(i)
		return
	}
	letter, err := read(i, content)
	if err != nil {
		d.answer(i, d.s.outcome(d.ctx, err))
		return
	}
	if content.Kind == envelope.Message {
		d.run = append(d.run, letter)
		return
	}
	d.send() // what came before comes first
	if d.stopped {
		d.retry(i)
		return
	}
	d.answer(i, d.deliver(letter))
}

// open returns the content of an envelope once everything about its sender is
// found right.
func (d *delivery) open(sealed []byte) (envelope.Content, error) {
	proven := false
	defer func() {
		if !proven { // who only knows the name of a device must not use up what it may hand over
			d.s.devices.Return(d.lane.device.String())
		}
	}()
	h, err := envelope.ReadHeader(sealed)
	if err != nil {
		return envelope.Content{}, err
	}
	key, err := d.sender.keys.find(h.Key)
	if err != nil {
		return envelope.Content{}, err
	}
	content, err := envelope.OpenAny(key, d.sender.secrets, sealed)
	proven = err == nil
	switch {
	case err != nil:
		return envelope.Content{}, err
	case d.sender.barred() != nil:
		return envelope.Content{}, d.sender.barred()
	case h.Protocol > wire.Version:
		return envelope.Content{}, envelope.ErrNewer
	}
	return content, nil
}

// look finds out whether the sender may still hand anything over: opening a long
// queue takes a while, in which the device may be revoked. One envelope takes no
// longer than a request with a login, which is looked up once, too.
func (d *delivery) look() error {
	if len(d.answers) == 1 {
		return nil
	}
	now, _, err := d.s.store.FindSender(d.ctx, d.lane.device)
	switch {
	case err != nil:
		return err
	case now.Secrets == nil:
		return envelope.ErrUnverified
	}
	return now.barred()
}

// send stores the messages taken so far.
func (d *delivery) send() {
	if len(d.run) == 0 {
		return
	}
	run := d.run
	d.run = nil
	if err := d.look(); err != nil {
		outcome := d.s.outcome(d.ctx, err)
		for _, l := range run {
			d.answer(l.index, outcome)
		}
		return
	}
	for i, sent := range d.s.chat.SendAll(d.ctx, d.actor(), d.lane.conversation, drafts(run)) {
		switch {
		case sent.Err != nil:
			d.answer(run[i].index, d.s.outcome(d.ctx, sent.Err))
		case sent.Created:
			d.answer(run[i].index, wire.OutboxAnswer{Status: wire.OutboxAccepted, Seq: sent.Message.Seq})
		default:
			d.answer(run[i].index, wire.OutboxAnswer{Status: wire.OutboxDuplicate, Seq: sent.Message.Seq})
		}
	}
}

// deliver hands over what is no message.
func (d *delivery) deliver(l letter) wire.OutboxAnswer {
	if err := d.look(); err != nil {
		return d.s.outcome(d.ctx, err)
	}
	if l.ticket != nil || l.reply != nil {
		created, err := d.ask(l)
		if err != nil {
			return d.s.outcome(d.ctx, err)
		}
		if created {
			return wire.OutboxAnswer{Status: wire.OutboxAccepted}
		}
		return wire.OutboxAnswer{Status: wire.OutboxDuplicate}
	}
	if l.change != nil {
		changed, created, err := d.s.chat.ChangeAgenda(d.ctx, d.actor(), d.lane.conversation, *l.change)
		if err != nil {
			return d.s.outcome(d.ctx, err)
		}
		status := wire.OutboxDuplicate
		if created {
			status = wire.OutboxAccepted
		}
		return wire.OutboxAnswer{Status: status, Rev: changed.Rev}
	}
	c, err := d.s.chat.Acknowledge(d.ctx, d.actor(), d.lane.conversation, *l.acknowledge)
	if err != nil {
		return d.s.outcome(d.ctx, err)
	}
	return wire.OutboxAnswer{Status: wire.OutboxAccepted, Rev: c.Rev}
}

// ask hands over what is for those who run the service, and reports whether it
// is new.
func (d *delivery) ask(l letter) (created bool, err error) {
	asker := support.Actor{Account: d.sender.Account}
	if l.reply != nil {
		_, created, err = d.s.support.Reply(d.ctx, asker, l.reply.Ticket, l.id, l.reply.Text)
	} else {
		_, created, err = d.s.support.Create(d.ctx, asker, l.id, *l.ticket)
	}
	return created, err
}

func (d *delivery) actor() chat.Actor { return chat.Actor{Account: d.sender.Account} }

// answer gives an answer, and stops at one that has to come again, as it is or
// sealed anew.
func (d *delivery) answer(i int, a wire.OutboxAnswer) {
	d.answers[i] = a
	if a.Status == wire.OutboxRetry || a.Code == wire.CodeKeyExpired || a.Code == wire.CodeUnverified {
		d.stopped = true
	}
}

func (d *delivery) retry(i int) { d.answer(i, wire.OutboxAnswer{Status: wire.OutboxRetry}) }

// errRevoked says that a device was revoked.
var errRevoked = errors.New("the device was revoked")

// outcomes is the one table from errors to the codes of rejections. Whatever is
// not here may go better another time.
var outcomes = []struct {
	err  error
	code wire.Code
}{
	{envelope.ErrMalformed, wire.CodeUnverified},
	{envelope.ErrUnverified, wire.CodeUnverified},
	{ErrKeyExpired, wire.CodeKeyExpired},
	{errRevoked, wire.CodeDeviceRevoked},
	{errNoKind, wire.CodeInvalidRequest},
	{errNoJSON, wire.CodeBadRequest},
	{support.ErrIDConflict, wire.CodeIDConflict},
	{support.ErrNotFound, wire.CodeNotFound},
	{support.ErrFull, wire.CodeTicketFull},
	{chat.ErrNotFound, wire.CodeNotFound},
	{chat.ErrForbidden, wire.CodeForbidden},
	{chat.ErrIDConflict, wire.CodeIDConflict},
	{chat.ErrWithdrawn, wire.CodeWithdrawn},
	{chat.ErrDestroyed, wire.CodeDestroyed},
	{chat.ErrClosed, wire.CodeConversationClosed},
	{chat.ErrUnreadable, wire.CodeUnreadable},
	{chat.ErrListFull, wire.CodeListFull},
}

// refusal returns the answer for an error that is foreseen.
func refusal(err error) wire.OutboxAnswer {
	for _, known := range outcomes {
		if errors.Is(err, known.err) {
			return wire.OutboxAnswer{Status: wire.OutboxRejected, Code: known.code}
		}
	}
	if errors.Is(err, chat.ErrSuspended) {
		return wire.OutboxAnswer{Status: wire.OutboxRetry, Code: wire.CodePracticeSuspended}
	}
	return wire.OutboxAnswer{Status: wire.OutboxRetry}
}

// outcome returns the answer for an error. What nobody foresaw is logged.
func (s *Service) outcome(ctx context.Context, err error) wire.OutboxAnswer {
	answer := refusal(err)
	if invalid, ok := errors.AsType[*chat.InvalidError](err); ok {
		return rejectedText(invalid.Codes)
	}
	if fields, ok := errors.AsType[*chat.FieldsError](err); ok {
		return wire.OutboxAnswer{Status: wire.OutboxRejected, Code: wire.CodeInvalidRequest, Errors: fields.Fields}
	}
	if invalid, ok := errors.AsType[*support.InvalidError](err); ok {
		return rejectedText(invalid.Codes)
	}
	if fields, ok := errors.AsType[*support.FieldsError](err); ok {
		return wire.OutboxAnswer{Status: wire.OutboxRejected, Code: wire.CodeInvalidRequest, Errors: fields.Fields}
	}
	_, often := errors.AsType[*support.TooManyError](err)
	foreseen := often || errors.Is(err, chat.ErrUnavailable) || errors.Is(err, chat.ErrStorageFull) ||
		errors.Is(err, support.ErrUnavailable) || errors.Is(err, support.ErrStorageFull) || ctx.Err() != nil
	if answer.Status == wire.OutboxRetry && answer.Code == "" && !foreseen {
		s.log.ErrorContext(ctx, "an envelope was not taken in", "err", err)
		answer.Code = wire.CodeInternal
	}
	return answer
}

// rejectedText is the answer for a text that breaks rules.
func rejectedText(codes []message.Code) wire.OutboxAnswer {
	answer := wire.OutboxAnswer{Status: wire.OutboxRejected, Code: wire.CodeInvalidMessage}
	for _, code := range codes {
		answer.Errors = append(answer.Errors, string(code))
	}
	return answer
}
