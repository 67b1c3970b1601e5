package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Go links tables into every program that say, for each place in its code, how
// large the stack is and where the pointers on it are, and for stack traces the
// file and line of its source and which function was put into which other: a
// quarter of the browser program as it travels. Here the latter are left out, a
// trace names the functions with "?" in place of the lines, and the former are
// packed: a row for each function, in turn, without what follows from the rows
// before. As the program starts it unpacks them to where they belong, see
// library/unpack.txt. What finds a function by its address is left out altogether:
// in WebAssembly addresses count functions.
//
// This follows runtime/symtab.go, runtime/symtabinl.go and runtime/runtime2.go
// of Go 1.26. Whatever does not fit is an error.

// tablesHeader is how the tables begin, in the layout of Go 1.20 to 1.26 for 64 bits.
var tablesHeader = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

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
	moduleBuckets    = 19 * 8
	moduleFirst      = 20 * 8
	moduleText       = 22 * 8
	moduleOfFunction = 40 * 8
	moduleEnd        = 41 * 8
)

// The fields of a function's entry, _func. The offsets of its tables of places
// and of what belongs to it as a whole follow.
const (
	funcPlace  = 0
	funcName   = 4
	funcArgs   = 8
	funcDefer  = 12
	funcStack  = 16 // where among the places the table of stack sizes is
	funcPlaces = 28 // how many tables of places there are
	funcID     = 40 // a byte, and behind it another, the flags
	funcWholes = 43 // a byte: how many offsets follow those of the places
	funcSize   = 44
	noPlace    = 0
	noWhole    = 1<<32 - 1
	wholeUnit  = 4 // bytes: in units of it the size of a whole is told
)

// Tables that nothing reads here, by their numbers in internal/abi/symtab.go.
var (
	// Where a function may not be interrupted, for signals, which there are none of
	// in a browser; which function was put in; and where an argument that a trace
	// would print is valid.
	unreadPlaces = []int{0, 2, 3}
	// Which functions were put in, what a trace prints of arguments, where they are
	// valid, and what a function is put around, for traces of the execution.
	unreadWholes = []int{3, 5, 6, 7}
)

// A row tells, as LEB128: how many tables of places and how many wholes there are;
// id and flags, each a byte; size of the arguments; where what was deferred is
// run; the table of stack sizes, those of places, and the wholes. Each of these is
// one of:
const (
	rowNone  = 0
	rowNew   = 1 // the next one; of a whole its size follows
	rowKnown = 2 // added to the number of one that was the next before
)

// functionTables are the tables within memory from address 0.
type functionTables struct {
	memory    []byte
	functions int // how many there are
	names     int // of functions
	units     int // which source files belong together, and their names
	places    int // tables of what holds where in a function, such as its line
	entries   int // an index of the functions, and their entries
	wholes    int // what belongs to functions as a whole
	buckets   int // what finds a function by its address
	end       int
	first     int // the place of the first function
	failed    bool

	// What is made of them.
	newRows, newNames, newPlaces, newWholes []byte

	knownPlaces map[string]int
	knownWholes map[int]int
	wholeEnds   map[int]int
}

// packTables packs the tables in memory, from address 0, of a program whose
// runtime unpacks them.
func packTables(memory []byte) error {
	t, err := findTables(memory)
	if err != nil {
		return err
	}
	t.knownPlaces, t.knownWholes = make(map[string]int), make(map[int]int)
	t.newPlaces = []byte{noPlace}
	t.findWholes()
	for i := range t.functions {
		// The index has two halves of a word for each: place, and entry.
		at := t.entries + 8*i
		place, entry := t.uint32(at), t.entries+t.uint32(at+4)
		t.packFunction(entry)
		if t.failed || place != t.first+i || t.uint32(entry+funcPlace) != place {
			return fmt.Errorf("function %d is not where it is said to be", i)
		}
	}
	return t.replace()
}

// findWholes notes where each whole ends: where the next one begins.
func (t *functionTables) findWholes() {
	starts := map[int]bool{t.buckets - t.wholes: true}
	for i := range t.functions {
		entry := t.entries + t.uint32(t.entries+8*i+4)
		at := entry + funcSize + 4*t.uint32(entry+funcPlaces)
		for range t.byte(entry + funcWholes) {
			if whole := t.uint32(at); whole != noWhole {
				starts[whole] = true
			}
			at += 4
		}
	}
	sorted := slices.Sorted(maps.Keys(starts))
	t.wholeEnds = make(map[int]int)
	for i, start := range sorted[:len(sorted)-1] {
		t.wholeEnds[start] = sorted[i+1]
	}
}

// packFunction adds the row of a function, and its name.
func (t *functionTables) packFunction(entry int) {
	places, wholes := t.uint32(entry+funcPlaces), t.byte(entry+funcWholes)
	t.row(places)
	t.row(wholes)
	t.newRows = append(t.newRows, byte(t.byte(entry+funcID)), byte(t.byte(entry+funcID+1)))
	t.row(t.uint32(entry + funcArgs))
	t.row(t.uint32(entry + funcDefer))

	t.packPlaces(t.uint32(entry + funcStack))
	at := entry + funcSize
	for i := range places {
		if t.failed {
			return
		}
		if slices.Contains(unreadPlaces, i) {
			t.row(rowNone)
		} else {
			t.packPlaces(t.uint32(at))
		}
		at += 4
	}
	for i := range wholes {
		if slices.Contains(unreadWholes, i) {
			t.row(rowNone)
		} else {
			t.packWhole(t.uint32(at))
		}
		at += 4
	}

	name := t.names + t.uint32(entry+funcName)
	if !t.has(name, 1) {
		return
	}
	size := bytes.IndexByte(t.memory[name:t.units], 0)
	if size < 0 {
		t.failed = true
		return
	}
	t.newNames = append(append(t.newNames, short(t.memory[name:name+size])...), 0)
}

// short is a name without the types that the function is for, as traces show it.
func short(name []byte) []byte {
	from, to := bytes.IndexByte(name, '['), bytes.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return slices.Concat(name[:from], []byte("[...]"), name[to+1:])
}

func (t *functionTables) row(n int) { t.newRows = binary.AppendUvarint(t.newRows, uint64(n)) }

// packPlaces adds a table of places to the row, and to the tables where it is new.
func (t *functionTables) packPlaces(at int) {
	if at == noPlace {
		t.row(rowNone)
		return
	}
	table := t.table(at)
	number, known := t.knownPlaces[string(table)]
	if known {
		t.row(rowKnown + number)
		return
	}
	t.knownPlaces[string(table)] = len(t.knownPlaces)
	t.newPlaces = append(t.newPlaces, table...)
	t.row(rowNew)
}

// packWhole does the same with a whole.
func (t *functionTables) packWhole(at int) {
	if at == noWhole {
		t.row(rowNone)
		return
	}
	number, known := t.knownWholes[at]
	if known {
		t.row(rowKnown + number)
		return
	}
	t.knownWholes[at] = len(t.knownWholes)
	end := t.wholeEnds[at]
	if !t.has(t.wholes+at, end-at) {
		return
	}
	t.newWholes = append(t.newWholes, t.memory[t.wholes+at:t.wholes+end]...)
	for len(t.newWholes)%wholeUnit != 0 {
		t.newWholes = append(t.newWholes, 0)
		end++
	}
	t.row(rowNew)
	t.row((end - at) / wholeUnit)
}

// table returns a table of places. It holds pairs: how the value changes, and for
// how far it holds. A change of 0 ends it, except at the beginning.
func (t *functionTables) table(at int) []byte {
	from := at
	for first := true; ; first = false {
		change := t.varint(&at)
		if t.failed {
			return nil
		}
		if change == 0 && !first {
			return t.memory[t.places+from : t.places+at]
		}
		t.varint(&at)
	}
}

// replace puts what was packed in the place of the tables.
func (t *functionTables) replace() error {
	// Behind the rows is room to remember where what was new is.
	const header = 8
	rows := make([]byte, (header+len(t.newRows)+3)/4*4)
	copy(rows[header:], t.newRows)
	binary.LittleEndian.PutUint32(rows, uint32(len(rows)))
	binary.LittleEndian.PutUint32(rows[4:], uint32(len(t.knownPlaces)))
	remembered := 4 * (len(t.knownPlaces) + len(t.knownWholes))

	switch {
	case len(t.newNames) > t.units-t.names, len(t.newPlaces) > t.entries-t.places, len(t.newWholes) > t.buckets-t.wholes:
		return errors.New("packed tables are larger than those they are made of")
	case len(rows)+remembered > t.end-t.buckets:
		return errors.New("the rows of packed tables have no place")
	}
	clear(t.memory[t.names:t.end])
	copy(t.memory[t.names:], t.newNames)
	copy(t.memory[t.places:], t.newPlaces)
	copy(t.memory[t.wholes:], t.newWholes)
	copy(t.memory[t.buckets:], rows)
	return nil
}

// findTables looks for the header, and for the one moduledata that refers to it
// and to the parts that it names.
func findTables(memory []byte) (*functionTables, error) {
	header := bytes.Index(memory, tablesHeader)
	if header < 0 {
		return nil, errors.New("there are no tables of a known layout")
	}
	t := &functionTables{memory: memory}
	t.functions = t.word(header + headerFunctions)
	t.names = header + t.word(header+headerNames)
	t.units = header + t.word(header+headerUnits)
	t.places = header + t.word(header+headerPlaces)
	t.entries = header + t.word(header+headerEntries)

	reference := binary.LittleEndian.AppendUint64(nil, uint64(header))
	reference = binary.LittleEndian.AppendUint64(reference, uint64(t.names))
	module := bytes.Index(memory, reference)
	if t.failed || module < 0 {
		return nil, errors.New("nothing refers to the tables")
	}
	t.wholes = t.word(module + moduleOfFunction)
	t.buckets = t.word(module + moduleBuckets)
	t.end = t.word(module + moduleEnd)
	if !slices.IsSorted([]int{header, t.names, t.units, t.places, t.entries, t.wholes, t.buckets, t.end, len(memory)}) || t.failed {
		return nil, errors.New("the tables lie otherwise")
	}
	// The index ends with an address alone, which counts as one.
	if t.word(module+modulePlaces) != t.places || t.word(module+moduleEntries) != t.entries ||
		t.word(module+moduleFunctions) != t.functions+1 || t.failed {
		return nil, errors.New("moduledata has another layout")
	}
	t.first = (t.uint32(module+moduleFirst) - t.uint32(module+moduleText)) >> 16
	return t, nil
}

func (t *functionTables) has(at, size int) bool {
	if at < 0 || size < 0 || at > len(t.memory)-size {
		t.failed = true
	}
	return !t.failed
}

func (t *functionTables) byte(at int) int {
	if !t.has(at, 1) {
		return 0
	}
	return int(t.memory[at])
}

func (t *functionTables) uint32(at int) int {
	if !t.has(at, 4) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(t.memory[at:]))
}

func (t *functionTables) word(at int) int {
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
func (t *functionTables) varint(at *int) int {
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
