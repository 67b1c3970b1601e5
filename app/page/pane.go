package page

import (
	"pleiades/app/state"
)

// pane is the part of a conversation that is drawn. A person may have scrolled
// through years of messages: all are at hand, but a change costs as much as what
// is drawn. Its zero value follows the newest message.
type pane struct {
	from int64 // seq of the first message that is drawn, 0 to follow the newest
}

const (
	// paneSize is how many messages are drawn at most.
	paneSize = 100
	// paneStep is by how many it moves. It follows the newest in steps too: what
	// comes in does not move all the rest each time.
	paneStep = 25
)

// cut returns which of the bubbles are drawn: from one to before another.
func (p pane) cut(bubbles []state.Bubble) (from, to int) {
	if p.from == 0 {
		beyond := max(0, len(bubbles)-paneSize)
		return (beyond + paneStep - 1) / paneStep * paneStep, len(bubbles)
	}
	for from < len(bubbles) && bubbles[from].Seq != 0 && bubbles[from].Seq < p.from {
		from++
	}
	return from, min(from+paneSize, len(bubbles))
}

// atEnd reports whether the newest message is drawn.
func (p pane) atEnd(bubbles []state.Bubble) bool {
	_, to := p.cut(bubbles)
	return to == len(bubbles)
}

// up moves towards the oldest message and reports whether there was a way to go.
func (p *pane) up(bubbles []state.Bubble) bool {
	from, _ := p.cut(bubbles)
	if from == 0 {
		return false
	}
	p.from = bubbles[max(0, from-paneStep)].Seq
	return true
}

// down moves towards the newest message and reports whether there was a way to go.
func (p *pane) down(bubbles []state.Bubble) bool {
	from, to := p.cut(bubbles)
	if to == len(bubbles) {
		return false
	}
	if from += paneStep; from+paneSize >= len(bubbles) {
		*p = pane{}
	} else {
		p.from = bubbles[from].Seq
	}
	return true
}

// show moves to a message, with some before it, unless it is drawn.
func (p *pane) show(bubbles []state.Bubble, seq int64) {
	if from, to := p.cut(bubbles); from == to || bubbles[from].Seq <= seq {
		return
	}
	p.from = max(bubbles[0].Seq, seq-paneStep)
}
