package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// times are how long things took.
type times []time.Duration

// at returns the time that so many of a hundred stayed below.
func (t times) at(percent float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t))
	return sorted[min(int(float64(len(sorted))*percent/100), len(sorted)-1)]
}

// median returns the middle of the values, 0 if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// table is what a run prints: Markdown.
type table struct {
	rows    [][6]string
	missed  int
	invalid []string // why its ratios say nothing
}

// limit is a bar for a ratio or a value.
type limit struct {
	value float64
	least bool // the value is the least there may be, not the most
	unit  string
}

func atLeast(v float64, unit string) *limit { return &limit{v, true, unit} }
func atMost(v float64, unit string) *limit  { return &limit{v, false, unit} }

func (l limit) String() string {
	if l.least {
		return fmt.Sprintf("≥ %g%s", l.value, l.unit)
	}
	return fmt.Sprintf("≤ %g%s", l.value, l.unit)
}

func (l limit) holds(v float64) bool {
	if l.least {
		return v >= l.value
	}
	return v <= l.value
}

// compare adds a row of two values and their ratio, held against the bar if there
// is one.
func (t *table) compare(what, format string, floor, product, ratio float64, bar *limit) {
	t.add(what, fmt.Sprintf(format, floor), fmt.Sprintf(format, product), fmt.Sprintf("%.2f", ratio), ratio, bar)
}

// tell adds a row of the product alone, held against the bar if there is one.
func (t *table) tell(what, format string, value float64, bar *limit) {
	t.add(what, "", fmt.Sprintf(format, value), "", value, bar)
}

// fact adds a row of something that a program does not have.
func (t *table) fact(what, value string) { t.rows = append(t.rows, [6]string{what, value}) }

func (t *table) add(what, floor, product, ratio string, value float64, bar *limit) {
	row := [6]string{what, floor, product, ratio}
	if bar != nil {
		row[4], row[5] = bar.String(), "met"
		if !bar.holds(value) {
			row[5] = "missed"
			t.missed++
		}
	}
	t.rows = append(t.rows, row)
}

// write prints the table under a heading.
func (t *table) write(w io.Writer, heading string) {
	rows := append([][6]string{{heading, "floor", "Pleiades", "ratio", "bar", ""}}, t.rows...)
	var widths [6]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var text strings.Builder
	for i, row := range rows {
		for j, cell := range row {
			pad := strings.Repeat(" ", widths[j]-len([]rune(cell)))
			if j == 0 {
				text.WriteString("| " + cell + pad + " |")
			} else {
				text.WriteString(" " + pad + cell + " |")
			}
		}
		text.WriteString("\n")
		if i > 0 {
			continue
		}
		for j, width := range widths {
			if j == 0 {
				text.WriteString("|" + strings.Repeat("-", width+2) + "|")
			} else {
				text.WriteString(strings.Repeat("-", width+1) + ":|")
			}
		}
		text.WriteString("\n")
	}
	for _, reason := range t.invalid {
		text.WriteString("\nINVALID: " + reason + "\n")
	}
	fmt.Fprintln(w, text.String())
}
