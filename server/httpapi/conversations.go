package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

type (
	// ConversationPath names a conversation in an address. It is exported
	// because huma looks into nothing else.
	ConversationPath struct {
		Conversation string `path:"cid" doc:"The id of the conversation, a UUID."`
	}
	putMessage struct {
		ConversationPath
		Message string `path:"mid" doc:"The id of the message, made by the sender: any UUID, best version 7."`
		Body    wire.PutMessage
	}
	storedMessage struct {
		Status int
		Body   wire.Message
	}
	messagePath struct {
		ConversationPath
		Message string `path:"mid" doc:"The id of a message that you sent."`
	}
	listMessages struct {
		ConversationPath
		After  optional `query:"after" minimum:"0" doc:"Only messages with a higher seq."`
		Before optional `query:"before" minimum:"0" doc:"Only messages with a lower seq. Without after, the newest of them."`
		Limit  int      `query:"limit" minimum:"1" default:"50" doc:"The most messages to return; never more than 200."`
	}
	closeConversation struct {
		ConversationPath
		Body wire.Close
	}
	mark struct {
		ConversationPath
		Body wire.Mark
	}
)

// registerConversations adds the operations on conversations and messages.
func (s *server) registerConversations(api huma.API) {
	tags := []string{"Conversations"}
	register(s, api, huma.Operation{
		OperationID: "list-conversations", Method: http.MethodGet, Path: "/api/v1/conversations", Tags: tags, Security: needsLogin(),
		Summary: "List your conversations",
	}, s.listConversations)
	register(s, api, huma.Operation{
		OperationID: "send-message", Method: http.MethodPut, Path: conversationPath + messageSuffix, Tags: tags, Security: needsLogin(),
		Summary: "Send a message",
		Description: "Answered once the message is on disk: 201 the first time, 200 with the same message when it is repeated. " +
			"A repeat's writtenAt is ignored.",
		DefaultStatus: http.StatusCreated,
		Responses: map[string]*huma.Response{
			"200":     {Description: "Stored before", Content: content("application/json", "Message")},
			"default": errorResponse(),
		},
	}, s.sendMessage)
	register(s, api, huma.Operation{
		OperationID: "find-message", Method: http.MethodGet, Path: conversationPath + messageSuffix, Tags: tags, Security: needsLogin(),
		Summary:     "Whether a message of yours is stored",
		Description: "404 means that the message is not stored.",
	}, s.findMessage)
	register(s, api, huma.Operation{
		OperationID: "withdraw-message", Method: http.MethodDelete, Path: conversationPath + messageSuffix, Tags: tags, Security: needsLogin(),
		Summary: "Withdraw a message of yours that may be under way",
		Description: "For a device that got no answer: from then on who hands the message over, also in an envelope, is answered withdrawn. " +
			"One that is stored is already_sent. Of each person the last 1,000 are remembered.",
		DefaultStatus: http.StatusNoContent,
	}, s.withdrawMessage)
	register(s, api, huma.Operation{
		OperationID: "list-messages", Method: http.MethodGet, Path: conversationPath + "/messages", Tags: tags, Security: needsLogin(),
		Summary: "List messages of a conversation, ascending by seq",
	}, s.listMessages)
	register(s, api, huma.Operation{
		OperationID: "mark-read", Method: http.MethodPost, Path: conversationPath + "/read", Tags: tags, Security: needsLogin(),
		Summary: "Mark messages up to a seq as read", DefaultStatus: http.StatusNoContent,
	}, s.markRead)
	register(s, api, huma.Operation{
		OperationID: "mark-delivered", Method: http.MethodPost, Path: conversationPath + "/delivered", Tags: tags, Security: needsLogin(),
		Summary: "Mark messages up to a seq as arrived on a device", DefaultStatus: http.StatusNoContent,
	}, s.markDelivered)
	register(s, api, huma.Operation{
		OperationID: "close-conversation", Method: http.MethodPost, Path: conversationPath + "/close", Tags: tags, Security: needsLogin(),
		Summary: "End care in a conversation",
		Description: "For its therapist. What is there stays readable; what is sent from then on is refused with conversation_closed. " +
			"Closing again changes nothing.",
	}, s.closeConversation)
	register(s, api, huma.Operation{
		OperationID: "reopen-conversation", Method: http.MethodPost, Path: conversationPath + "/reopen", Tags: tags, Security: needsLogin(),
		Summary: "Open a closed conversation again", Description: "For its therapist.",
	}, s.reopenConversation)
	register(s, api, huma.Operation{
		OperationID: "sync", Method: http.MethodPost, Path: "/api/v1/sync", Tags: tags, Security: needsLogin(),
		Summary: "Everything a device missed, in one answer",
	}, s.sync)
}

func (s *server) listConversations(ctx context.Context, _ *empty) (*struct{ Body wire.Conversations }, error) {
	conversations, err := s.Chat.ListConversations(ctx, talker(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Conversations }{wire.Conversations{Conversations: notNil(conversations)}}, nil
}

func (s *server) sendMessage(ctx context.Context, in *putMessage) (*storedMessage, error) {
	actor := talker(ctx)
	return s.send(in, actor, func(conversation uuid.UUID, d message.Draft) (message.Message, bool, error) {
		return s.Chat.Send(ctx, actor, conversation, d)
	})
}

// send looks at a message of the actor by itself and counts it, and then has it
// stored.
func (s *server) send(
	in *putMessage, actor chat.Actor, store func(conversation uuid.UUID, d message.Draft) (m message.Message, created bool, err error),
) (*storedMessage, error) {
	id, err := madeID(in.Message)
	if err != nil {
		return nil, err
	}
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	if !tellable(in.Body.WrittenAt) {
		return nil, newProblem(wire.CodeInvalidRequest, "writtenAt")
	}
	if err := take(s.limiters.message, actor.Account.String()); err != nil {
		return nil, err
	}
	stored, created, err := store(conversation, message.Draft{
		ID:        id,
		Body:      in.Body.Body,
		WrittenAt: in.Body.WrittenAt,
	})
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return &storedMessage{Status: status, Body: chat.WireMessage(stored)}, nil
}

func (s *server) closeConversation(ctx context.Context, in *closeConversation) (*struct{ Body wire.Conversation }, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	c, err := s.Chat.CloseConversation(ctx, talker(ctx), id, in.Body)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Conversation }{c}, nil
}

func (s *server) reopenConversation(ctx context.Context, in *ConversationPath) (*struct{ Body wire.Conversation }, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	c, err := s.Chat.ReopenConversation(ctx, talker(ctx), id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Conversation }{c}, nil
}

func (s *server) findMessage(ctx context.Context, in *messagePath) (*struct{ Body wire.Message }, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	id, err := pathID(in.Message)
	if err != nil {
		return nil, err
	}
	found, err := s.Chat.FindMessage(ctx, talker(ctx), conversation, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Message }{chat.WireMessage(found)}, nil
}

func (s *server) withdrawMessage(ctx context.Context, in *messagePath) (*empty, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	id, err := madeID(in.Message)
	if err != nil {
		return nil, err
	}
	if err := take(s.limiters.message, caller(ctx).Account.String()); err != nil {
		return nil, err
	}
	return nil, s.Chat.Withdraw(ctx, talker(ctx), conversation, id)
}

func (s *server) listMessages(ctx context.Context, in *listMessages) (*struct{ Body wire.Messages }, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	stored, err := s.Chat.ListMessages(ctx, talker(ctx), conversation, chat.Page{
		After:  in.After.pointer(),
		Before: in.Before.pointer(),
		Limit:  in.Limit,
	})
	if err != nil {
		return nil, err
	}
	page := make([]wire.Message, len(stored))
	for i, m := range stored {
		page[i] = chat.WireMessage(m)
	}
	return &struct{ Body wire.Messages }{wire.Messages{Messages: page}}, nil
}

func (s *server) markRead(ctx context.Context, in *mark) (*empty, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Chat.MarkRead(ctx, talker(ctx), conversation, in.Body.Seq)
}

func (s *server) markDelivered(ctx context.Context, in *mark) (*empty, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Chat.MarkDelivered(ctx, talker(ctx), conversation, in.Body.Seq)
}

// syncOwn adds to an answer of sync what concerns the caller besides their
// conversations, so that coming back takes one request.
func (s *server) syncOwn(ctx context.Context, answer *wire.SyncResponse) error {
	person, err := s.Accounts.Find(ctx, caller(ctx))
	if err != nil {
		return err
	}
	security, err := s.findSecurity(ctx, nil)
	if err != nil {
		return err
	}
	requests, err := s.listRequests(ctx, nil)
	if err != nil {
		return err
	}
	own := wireAccount(person)
	now := s.Now().UTC()
	answer.Account, answer.Security, answer.Requests, answer.Now = &own, &security.Body, &requests.Body, &now
	return nil
}

func (s *server) sync(ctx context.Context, in *struct{ Body wire.SyncRequest }) (*struct{ Body wire.SyncResponse }, error) {
	seqs, err := byConversation("have", in.Body.Have)
	if err != nil {
		return nil, err
	}
	revs, err := byConversation("revs", in.Body.Revs)
	if err != nil {
		return nil, err
	}
	agendas, err := byConversation("agenda", in.Body.Agenda)
	if err != nil {
		return nil, err
	}
	missed, err := s.Chat.Sync(ctx, talker(ctx), chat.Have{Seqs: seqs, Revs: revs, Agendas: agendas})
	if err != nil {
		return nil, err
	}
	if err := s.syncOwn(ctx, &missed); err != nil {
		return nil, err
	}
	missed.Conversations = notNil(missed.Conversations)
	for i := range missed.Conversations {
		missed.Conversations[i].Messages = notNil(missed.Conversations[i].Messages)
	}
	return &struct{ Body wire.SyncResponse }{missed}, nil
}

// byConversation reads the keys of a map of numbers from 0.
func byConversation(field string, numbers map[string]int64) (map[uuid.UUID]int64, error) {
	parsed := make(map[uuid.UUID]int64, len(numbers))
	for key, n := range numbers {
		id, err := message.ParseID(key)
		if err != nil || n < 0 {
			return nil, newProblem(wire.CodeInvalidRequest, field)
		}
		parsed[id] = n
	}
	return parsed, nil
}

// tellable reports whether RFC 3339, by which an instant is told again, can: it
// has years of four digits.
func tellable(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 1 && year <= 9999
}

func (p ConversationPath) id() (uuid.UUID, error) { return pathID(p.Conversation) }

// notNil returns the slice as JSON should show it where it is empty: [].
func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// optional is a number in a query that may be missing.
type optional struct {
	value int64
	given bool
}

// Schema describes it as a plain number.
func (optional) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[int64]())
}

// Receiver is where huma puts the number.
func (o *optional) Receiver() reflect.Value { return reflect.ValueOf(&o.value).Elem() }

// OnParamSet is told whether there was one.
func (o *optional) OnParamSet(given bool, _ any) { o.given = given }

func (o optional) pointer() *int64 {
	if !o.given {
		return nil
	}
	return &o.value
}
