package faults

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// history is all that callers asked and heard of one conversation.
type history struct {
	mu    sync.Mutex
	began time.Time
	ops   []porcupine.Operation
	acked map[uuid.UUID]int64 // the seq that each message was acknowledged with, last
	lost  map[uuid.UUID]bool  // of these some answer was lost
}

func newHistory() *history {
	return &history{began: time.Now(), acked: make(map[uuid.UUID]int64), lost: make(map[uuid.UUID]bool)}
}

// What was asked and heard: a message sent, or else the whole conversation
// read. A lost answer leaves open whether the message was stored.
type asked struct{ id uuid.UUID }

type heard struct {
	seq  int64
	lost bool
	list []wire.Message
}

func (h *history) now() int64 { return int64(time.Since(h.began)) }

func (h *history) add(call int64, in asked, out heard) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if out.lost && h.lost[in.id] {
		return // the first one says as much
	}
	op := porcupine.Operation{Input: in, Call: call, Output: out, Return: h.now()}
	if out.lost {
		op.Return = math.MaxInt64 // it may be stored at any time from then on
		h.lost[in.id] = true
	} else if out.list == nil {
		h.acked[in.id] = out.seq
	}
	h.ops = append(h.ops, op)
}

// count returns how many messages were acknowledged.
func (h *history) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.acked)
}

// holds reports whether there is an order of all that was asked, each between
// question and answer, in which a plain list of messages would have given the
// same answers: what was acknowledged is there, once, at the same place.
func (h *history) holds(t *testing.T) bool {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	// What is plainly wrong at the end need not be searched for.
	if list := h.ops[len(h.ops)-1].Output.(heard).list; list != nil {
		for id, seq := range h.acked {
			if seq > int64(len(list)) || list[seq-1].ID != id {
				return false
			}
		}
	}
	conversation := porcupine.Model{
		Init: func() any { return []uuid.UUID(nil) },
		Step: func(state, input, output any) (bool, any) {
			ids, in, out := state.([]uuid.UUID), input.(asked), output.(heard)
			if out.list != nil {
				same := slices.EqualFunc(ids, out.list, func(id uuid.UUID, m wire.Message) bool { return id == m.ID })
				for i, m := range out.list {
					same = same && m.Seq == int64(i+1)
				}
				return same, ids
			}
			seq, known := out.seq, !out.lost
			if out.lost {
				seq, known = h.acked[in.id], h.acked[in.id] != 0
			}
			if i := slices.Index(ids, in.id); i >= 0 {
				return !known || seq == int64(i+1), ids
			}
			return !known || seq == int64(len(ids)+1), append(slices.Clip(ids), in.id)
		},
		Equal: func(a, b any) bool { return slices.Equal(a.([]uuid.UUID), b.([]uuid.UUID)) },
	}
	result := porcupine.CheckOperationsTimeout(conversation, h.ops, patience)
	if result == porcupine.Unknown {
		t.Error("the history is too long to be checked")
	}
	return result == porcupine.Ok
}
