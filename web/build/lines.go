package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Go links into every program, for each place in it, the file and line of its
// source and which function was put into which other. Only stack traces read
// them, a fifth of the browser program as it travels. Without them a trace still
// names the functions, with "?" in place of the lines.
//
// This follows runtime/symtab.go, runtime/symtabinl.go and runtime/runtime2.go
// of Go 1.26. Whatever does not fit is an error.

// lineHeader is how the tables begin, in the layout of Go 1.20 to 1.26 for 64 bits.
var lineHeader = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// The words of the header, pcHeader, in bytes from its beginning.
const (
	headerFunctions = 8
	headerNames     = 32
	headerUnits     = 40
	headerPlaces    = 56
	headerEntries   = 64
)

// The words of moduledata, which refers to the tables.
const (
	modulePlaces     = 10 * 8
	moduleEntries    = 13 * 8
	moduleFunctions  = 17 * 8
	moduleOfFunction = 40 * 8
)

// The fields of a function's entry, _func. The offsets of its tables of places
// and of what belongs to it as a whole follow.
const (
	funcStack      = 16 // where among the places the table of stack sizes is
	funcFile       = 20
	funcLine       = 24
	funcPlaces     = 28 // how many tables of places there are
	funcUnit       = 32
	funcStartLine  = 36
	funcWholes     = 43 // a byte: how many offsets follow those of the places
	funcSize       = 44
	inlinedPlaces  = 2 // the table of which call a place was put in for
	inlinedCalls   = 3 // what was put in
	inlinedCall    = 16
	noUnit, noData = 1<<32 - 1, 1<<32 - 1
)

// Tables that nothing reads here beside those of lines, by their numbers in
// internal/abi/symtab.go.
var (
	// Where a function may not be interrupted, for signals, which there are none of
	// in a browser; and where an argument that a trace would print is valid.
	unreadPlaces = []int{0, 3}
	// What a trace prints of arguments, where they are valid, and what a function
	// is put around, for traces of the execution.
	unreadWholes = []int{5, 6, 7}
)

// lineTables are the tables within memory from address 0.
type lineTables struct {
	memory    []byte
	functions int // how many there are
	units     int // which source files belong together, and their names
	places    int // tables of what holds where in a function, such as its line
	entries   int // an index of the functions, and their entries
	wholes    int // what belongs to functions as a whole
	failed    bool
}

// dropLines overwrites with zeros what in memory, from address 0, only the lines
// of stack traces need.
func dropLines(memory []byte) error {
	t, err := findLineTables(memory)
	if err != nil {
		return err
	}
	kept := make([]byte, t.entries-t.places)
	for i := range t.functions {
		// The index has two halves of a word for each: address, and entry.
		t.dropFunction(t.entries+t.uint32(t.entries+8*i+4), kept)
		if t.failed {
			return fmt.Errorf("the entry of function %d is not where it is said to be", i)
		}
	}
	copy(memory[t.places:t.entries], kept)
	clear(memory[t.units:t.places])
	return nil
}

// dropFunction drops the lines of one function, and adds to kept, in its place,
// each of its tables that stays.
func (t *lineTables) dropFunction(entry int, kept []byte) {
	tables := entry + funcSize
	places := t.uint32(entry + funcPlaces)
	wholes := tables + 4*places
	count := t.byte(entry + funcWholes)

	if places > inlinedPlaces && count > inlinedCalls {
		inlined, calls := tables+4*inlinedPlaces, wholes+4*inlinedCalls
		if at, data := t.uint32(inlined), t.uint32(calls); at != 0 && data != noData {
			_, last := t.table(at)
			t.clear(t.wholes+data, (last+1)*inlinedCall)
		}
		t.put(inlined, 0)
		t.put(calls, noData)
	}
	for _, i := range unreadPlaces {
		if i < places {
			t.put(tables+4*i, 0)
		}
	}
	for _, i := range unreadWholes {
		if i < count {
			t.put(wholes+4*i, noData)
		}
	}
	t.put(entry+funcFile, 0)
	t.put(entry+funcLine, 0)
	t.put(entry+funcUnit, noUnit)
	t.put(entry+funcStartLine, 0)

	t.keep(kept, t.uint32(entry+funcStack))
	for i := range places {
		t.keep(kept, t.uint32(tables+4*i))
	}
}

// keep copies a table of places, unless there is none.
func (t *lineTables) keep(kept []byte, at int) {
	if end, _ := t.table(at); at != 0 && !t.failed {
		copy(kept[at:end], t.memory[t.places+at:])
	}
}

// table returns where a table of places ends and the largest value in it, at
// least -1. It holds pairs: how the value changes, signed in the lowest bit, and
// for how far it holds. A change of 0 ends it, except at the beginning.
func (t *lineTables) table(at int) (end, largest int) {
	value := -1
	largest = value
	for first := true; ; first = false {
		change := t.varint(&at)
		if t.failed || change == 0 && !first {
			return at, largest
		}
		if change&1 != 0 {
			value += ^(change >> 1)
		} else {
			value += change >> 1
		}
		largest = max(largest, value)
		t.varint(&at)
	}
}

// findLineTables looks for the header, and for the one moduledata that refers
// to it and to the parts that it names.
func findLineTables(memory []byte) (*lineTables, error) {
	header := bytes.Index(memory, lineHeader)
	if header < 0 {
		return nil, errors.New("there is no line table of a known layout")
	}
	t := &lineTables{memory: memory}
	t.functions = t.word(header + headerFunctions)
	names := header + t.word(header+headerNames)
	t.units = header + t.word(header+headerUnits)
	t.places = header + t.word(header+headerPlaces)
	t.entries = header + t.word(header+headerEntries)
	if t.failed || names > t.units || t.units > t.places || t.places > t.entries || t.entries > len(memory) {
		return nil, errors.New("the header of the line table does not fit")
	}

	reference := binary.LittleEndian.AppendUint64(nil, uint64(header))
	reference = binary.LittleEndian.AppendUint64(reference, uint64(names))
	module := bytes.Index(memory, reference)
	if module < 0 {
		return nil, errors.New("nothing refers to the line table")
	}
	t.wholes = t.word(module + moduleOfFunction)
	// The index ends with an address alone, which counts as one.
	if t.word(module+modulePlaces) != t.places || t.word(module+moduleEntries) != t.entries ||
		t.word(module+moduleFunctions) != t.functions+1 || t.failed {
		return nil, errors.New("moduledata has another layout")
	}
	return t, nil
}

func (t *lineTables) has(at, size int) bool {
	if at < 0 || size < 0 || at > len(t.memory)-size {
		t.failed = true
	}
	return !t.failed
}

func (t *lineTables) byte(at int) int {
	if !t.has(at, 1) {
		return 0
	}
	return int(t.memory[at])
}

func (t *lineTables) uint32(at int) int {
	if !t.has(at, 4) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(t.memory[at:]))
}

func (t *lineTables) word(at int) int {
	if !t.has(at, 8) {
		return 0
	}
	n := binary.LittleEndian.Uint64(t.memory[at:])
	if n > uint64(len(t.memory)) {
		t.failed = true
		return 0
	}
	return int(n)
}

// varint reads a number of the places, and moves at behind it.
func (t *lineTables) varint(at *int) int {
	if !t.has(t.places, *at) {
		return 0
	}
	n, size := binary.Uvarint(t.memory[t.places+*at : t.entries])
	if size <= 0 || n > 1<<32-1 {
		t.failed = true
		return 0
	}
	*at += size
	return int(n)
}

func (t *lineTables) put(at int, n uint32) {
	if t.has(at, 4) {
		binary.LittleEndian.PutUint32(t.memory[at:], n)
	}
}

func (t *lineTables) clear(at, size int) {
	if t.has(at, size) {
		clear(t.memory[at : at+size])
	}
}
