package envelope

import "encoding/binary"

// lengthSize is the size in bytes of the length before a field.
const lengthSize = 4

// appendField appends a field with its length.
func appendField(b, field []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(field))) // #nosec G115 -- fields are shorter than MaxSize
	return append(b, field...)
}

// reader takes fields off what it reads. Once something is missing, it has
// failed and returns nothing more.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) field() []byte {
	if r.failed || len(r.rest) < lengthSize {
		r.failed = true
		return nil
	}
	size := uint64(binary.BigEndian.Uint32(r.rest))
	left := uint64(len(r.rest) - lengthSize) // #nosec G115 -- it was found to be there
	if left < size {
		r.failed = true
		return nil
	}
	end := lengthSize + int(size) // #nosec G115 -- no more than what is left
	field := r.rest[lengthSize:end:end]
	r.rest = r.rest[end:]
	return field
}

// sized returns a field that must have a size.
func (r *reader) sized(size int) []byte {
	field := r.field()
	if len(field) != size {
		r.failed = true
		return nil
	}
	return field
}
