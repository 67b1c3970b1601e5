package page

import (
	"testing"

	"pleiades/app/state"
)

func TestPane(t *testing.T) {
	talk := func(stored, waiting int) []state.Bubble {
		bubbles := make([]state.Bubble, stored+waiting)
		for i := range stored {
			bubbles[i].Seq = int64(i + 101) // older ones are not here yet
		}
		return bubbles
	}
	expect := func(t *testing.T, p pane, bubbles []state.Bubble, from, to int) {
		t.Helper()
		if gotFrom, gotTo := p.cut(bubbles); gotFrom != from || gotTo != to {
			t.Errorf("got %d to %d, want %d to %d", gotFrom, gotTo, from, to)
		}
	}

	t.Run("a short conversation is drawn whole", func(t *testing.T) {
		for _, n := range []int{0, 1, paneSize} {
			var p pane
			expect(t, p, talk(n, 0), 0, n)
			if p.up(talk(n, 0)) || p.down(talk(n, 0)) || !p.atEnd(talk(n, 0)) {
				t.Errorf("%d messages: there is somewhere to go", n)
			}
		}
	})

	t.Run("of a long one the newest, in steps", func(t *testing.T) {
		var p pane
		expect(t, p, talk(paneSize+1, 0), paneStep, paneSize+1)
		expect(t, p, talk(paneSize+paneStep, 0), paneStep, paneSize+paneStep)
		expect(t, p, talk(paneSize, 3), paneStep, paneSize+3)
		expect(t, p, talk(10_000, 0), 10_000-paneSize, 10_000)
	})

	t.Run("up to the oldest and down to the newest again, never much at once", func(t *testing.T) {
		bubbles := talk(10_000, 2)
		var p pane
		steps := 0
		for p.up(bubbles) {
			steps++
			if from, to := p.cut(bubbles); to-from > paneSize {
				t.Fatalf("%d are drawn", to-from)
			}
		}
		expect(t, p, bubbles, 0, paneSize)
		if steps != (10_000-paneSize)/paneStep+1 {
			t.Errorf("%d steps up", steps)
		}
		for p.down(bubbles) {
		}
		if p != (pane{}) || !p.atEnd(bubbles) {
			t.Errorf("it ends at %v", p)
		}
	})

	t.Run("what comes in above or below leaves it where it is", func(t *testing.T) {
		bubbles := talk(1000, 0)
		var p pane
		p.up(bubbles)
		first := func(bubbles []state.Bubble) int64 { from, _ := p.cut(bubbles); return bubbles[from].Seq }
		before := first(bubbles)
		more := append([]state.Bubble{{Seq: 99}, {Seq: 100}}, talk(1001, 1)...)
		if after := first(more); after != before {
			t.Errorf("it began at %d, and now at %d", before, after)
		}
		if p.atEnd(more) {
			t.Error("it reached the end")
		}
	})

	t.Run("it shows what is far up, and stays where that is drawn", func(t *testing.T) {
		bubbles := talk(1000, 0)
		var p pane
		p.show(bubbles, 1099)
		if p != (pane{}) {
			t.Errorf("it moved to %v", p)
		}
		p.show(bubbles, 400)
		if from, to := p.cut(bubbles); bubbles[from].Seq != 400-paneStep || to-from != paneSize {
			t.Errorf("from %d, %d", bubbles[from].Seq, to-from)
		}
		p = pane{}
		p.show(bubbles, 101)
		expect(t, p, bubbles, 0, paneSize)
	})
}
