package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// What is needed of the WebAssembly core specification, release 2.0, chapter 5.
const (
	wasmHeader  = "\x00asm\x01\x00\x00\x00"
	dataSection = 11

	opI32Const = 0x41
	opEnd      = 0x0b
)

// gap is how many zero bytes in a row are left out of the program's data. Go's
// linker leaves out every eight, in a hundred thousand pieces: the places of the
// pieces, which do not compress, cost far more than the zeros, which do.
const gap = 4096

// pack returns the program with less around its data, which stays as it is but
// for the tables of functions: see packTables. The program must have been compiled
// with what slimLibrary makes of the standard library.
func pack(program []byte) ([]byte, error) {
	from, to, err := findSection(program, dataSection)
	if err != nil {
		return nil, err
	}
	memory, err := readData(program[from:to])
	if err != nil {
		return nil, fmt.Errorf("read the data: %w", err)
	}
	if err := packTables(memory); err != nil {
		return nil, fmt.Errorf("pack the tables of functions: %w", err)
	}
	data := writeData(memory)

	// Behind the section's id stands its length.
	packed := append([]byte(nil), program[:from-lengthSize(program, from)]...)
	packed = binary.AppendUvarint(packed, uint64(len(data)))
	packed = append(packed, data...)
	return append(packed, program[to:]...), nil
}

// findSection returns where the content of a section lies.
func findSection(program []byte, wanted byte) (from, to int, err error) {
	if len(program) < len(wasmHeader) || string(program[:len(wasmHeader)]) != wasmHeader {
		return 0, 0, errors.New("not a WebAssembly program")
	}
	r := reader{rest: program[len(wasmHeader):]}
	for len(r.rest) > 0 {
		id := r.byte()
		content := r.bytes(r.uint())
		if r.failed {
			break
		}
		if id == wanted {
			to = len(program) - len(r.rest)
			return to - len(content), to, nil
		}
	}
	return 0, 0, fmt.Errorf("there is no section %d", wanted)
}

// lengthSize returns how many bytes the number takes that ends at a place. Go's
// linker fills it up to a fixed number of bytes, all but the last marked.
func lengthSize(program []byte, end int) int {
	size := 1
	for program[end-size-1]&0x80 != 0 {
		size++
	}
	return size
}

// maxMemory bounds what is believed of a piece's place.
const maxMemory = 1 << 28

// readData lays the pieces of the data section into memory, from address 0.
func readData(section []byte) (memory []byte, err error) {
	r := reader{rest: section}
	for pieces := r.uint(); pieces > 0; pieces-- {
		if r.uint() != 0 || r.byte() != opI32Const {
			return nil, errors.New("a piece has no fixed place")
		}
		place := r.uint()
		if r.byte() != opEnd {
			return nil, errors.New("a piece has no fixed place")
		}
		piece := r.bytes(r.uint())
		if r.failed {
			break
		}
		if place > maxMemory {
			return nil, errors.New("a piece is far away")
		}
		memory = append(memory, make([]byte, max(0, place+len(piece)-len(memory)))...)
		copy(memory[place:], piece)
	}
	if r.failed || len(r.rest) > 0 {
		return nil, errors.New("it is cut or goes on")
	}
	return memory, nil
}

// writeData is the data section for memory from address 0.
func writeData(memory []byte) []byte {
	var (
		body   []byte
		pieces uint64
	)
	for at := 0; at < len(memory); {
		if memory[at] == 0 {
			at++
			continue
		}
		from, to := at, at
		for ; at < len(memory) && at-to < gap; at++ {
			if memory[at] != 0 {
				to = at + 1
			}
		}
		pieces++
		body = append(body, 0, opI32Const)
		body = appendPositive(body, from)
		body = append(body, opEnd)
		body = binary.AppendUvarint(body, uint64(to-from))
		body = append(body, memory[from:to]...)
	}
	return append(binary.AppendUvarint(nil, pieces), body...)
}

// appendPositive appends a number as a signed LEB128: its highest bit is that of
// the sign.
func appendPositive(b []byte, n int) []byte {
	for n >= 0x40 {
		b = append(b, byte(n&0x7f)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

// reader takes a binary format apart. Once it has failed it returns zeros.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) byte() byte {
	b := r.bytes(1)
	if r.failed {
		return 0
	}
	return b[0]
}

func (r *reader) bytes(n int) []byte {
	if r.failed || n < 0 || n > len(r.rest) {
		r.failed = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// uint reads a LEB128 of at most 32 bits.
func (r *reader) uint() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > 1<<32-1 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}
