package httpapi

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

type (
	// AuditFilter chooses events of a practice's log. It is exported because
	// huma looks into nothing else.
	AuditFilter struct {
		Practice     string `path:"practice" doc:"The id of the practice, a UUID."`
		Kind         string `query:"kind" doc:"Only events of the kind, such as message.send."`
		Person       string `query:"person" doc:"Only what the account did, or what was done to it."`
		Conversation string `query:"conversation" doc:"Only what was done in the conversation."`
		From         string `query:"from" doc:"Only from this moment on (RFC 3339)."`
		To           string `query:"to" doc:"Only before this moment (RFC 3339)."`
	}
	listAudit struct {
		AuditFilter
		Below optional `query:"below" minimum:"1" doc:"Only events with a lower number: the page after this one."`
		Limit int      `query:"limit" minimum:"1" default:"50" doc:"The most events to return; never more than 200."`
	}
	exportAudit struct {
		AuditFilter
		Format string `query:"format" doc:"csv, or jsonl for a line of JSON each." default:"csv"`
	}
)

// registerAudit adds the operations on the audit log.
func (s *server) registerAudit(api huma.API) {
	const path = "/api/v1/practices/{practice}/audit"
	tags := []string{"Audit"}
	register(s, api, huma.Operation{
		OperationID: "list-audit", Method: http.MethodGet, Path: path, Tags: tags, Security: needsLogin(),
		Summary:     "List events of a practice's audit log, the newest first",
		Description: "For admins of the practice. Looking is an event itself.",
	}, s.listAudit)
	register(s, api, huma.Operation{
		OperationID: "export-audit", Method: http.MethodGet, Path: path + "/export", Tags: tags, Security: needsLogin(),
		Summary:     "Export events of a practice's audit log as a file",
		Description: "For admins of the practice. It is an event itself.",
		Responses: map[string]*huma.Response{
			"200": {Description: "The file", Content: map[string]*huma.MediaType{
				csvType:   {Schema: &huma.Schema{Type: huma.TypeString}},
				linesType: {Schema: &huma.Schema{Type: huma.TypeString}},
			}},
		},
	}, s.exportAudit)
	register(s, api, huma.Operation{
		OperationID: "list-openings", Method: http.MethodGet, Path: "/api/v1/conversations/{cid}/openings", Tags: tags, Security: needsLogin(),
		Summary: "Who looked at what is in a conversation",
		Description: "For the client of the conversation. Of the therapist it tells the day alone, unless they show read marks; " +
			"of everyone else the time.",
	}, s.listOpenings)
}

// Types of exported files.
const (
	csvType   = "text/csv"
	linesType = "application/jsonl"
)

// filter reads what to choose.
func (f AuditFilter) filter() (practice uuid.UUID, chosen audit.Filter, err error) {
	if practice, err = message.ParseID(f.Practice); err != nil {
		return uuid.Nil, audit.Filter{}, account.ErrNotFound
	}
	chosen.Kind = audit.Kind(f.Kind)
	var wrong []string
	if f.Kind != "" && !slices.Contains(audit.Kinds(), chosen.Kind) {
		wrong = append(wrong, "kind")
	}
	for _, id := range []struct {
		name, text string
		into       *uuid.UUID
	}{{"person", f.Person, &chosen.Person}, {"conversation", f.Conversation, &chosen.Conversation}} {
		if id.text == "" {
			continue
		}
		if *id.into, err = message.ParseID(id.text); err != nil {
			wrong = append(wrong, id.name)
		}
	}
	for _, moment := range []struct {
		name, text string
		into       *time.Time
	}{{"from", f.From, &chosen.From}, {"to", f.To, &chosen.To}} {
		if moment.text == "" {
			continue
		}
		if *moment.into, err = time.Parse(time.RFC3339, moment.text); err != nil || !tellable(*moment.into) {
			wrong = append(wrong, moment.name)
		}
	}
	if wrong != nil {
		return uuid.Nil, audit.Filter{}, newProblem(wire.CodeInvalidRequest, wrong...)
	}
	return practice, chosen, nil
}

func (s *server) listAudit(ctx context.Context, in *listAudit) (*struct{ Body wire.AuditPage }, error) {
	practice, filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	filter.Limit = in.Limit
	if below := in.Below.pointer(); below != nil {
		filter.Below = *below
	}
	page, err := s.Accounts.ListAudit(ctx, caller(ctx), practice, filter)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.AuditPage }{page}, nil
}

func (s *server) exportAudit(ctx context.Context, in *exportAudit) (*huma.StreamResponse, error) {
	practice, filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	write, media := writeCSV, csvType
	switch in.Format {
	case "csv":
	case "jsonl":
		write, media = writeLines, linesType
	default:
		return nil, newProblem(wire.CodeInvalidRequest, "format")
	}
	export, err := s.Accounts.BeginAuditExport(ctx, caller(ctx), practice, filter)
	if err != nil {
		return nil, err
	}
	name := "audit-" + s.Now().UTC().Format(time.DateOnly) + "." + in.Format
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", media+"; charset=utf-8")
		c.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		if err := write(c.BodyWriter(), func(take func([]wire.AuditEntry) error) error { return export(ctx, take) }); err != nil {
			s.Log.ErrorContext(ctx, "export cut off", "err", err)
			panic(http.ErrAbortHandler) // so that nobody takes the part for the whole
		}
	}}, nil
}

// writeLines writes entries as lines of JSON.
func writeLines(w io.Writer, export func(func([]wire.AuditEntry) error) error) error {
	out := json.NewEncoder(w)
	return export(func(page []wire.AuditEntry) error {
		for _, entry := range page {
			if err := out.Encode(entry); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeCSV writes entries as a table (RFC 4180). It holds numbers, words of ours
// and ids, none of which a spreadsheet takes for a formula.
func writeCSV(w io.Writer, export func(func([]wire.AuditEntry) error) error) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"number", "at", "kind", "outcome", "actor", "object", "conversation", "details"}); err != nil {
		return err
	}
	err := export(func(page []wire.AuditEntry) error {
		for _, e := range page {
			var details []string
			for _, key := range slices.Sorted(maps.Keys(e.Details)) {
				details = append(details, key+"="+e.Details[key])
			}
			row := []string{
				strconv.FormatInt(e.Number, 10), e.At.Format(time.RFC3339Nano), e.Kind, e.Outcome,
				orEmpty(e.Actor), orEmpty(e.Object), orEmpty(e.Conversation), strings.Join(details, " "),
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
	if err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func orEmpty(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

func (s *server) listOpenings(ctx context.Context, in *ConversationPath) (*struct{ Body wire.Openings }, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	openings, err := s.Chat.ListOpenings(ctx, talker(ctx), conversation)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Openings }{openings}, nil
}
