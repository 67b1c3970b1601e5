package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// CheckJSON returns an error unless data is one JSON value in UTF-8 whose
// strings are Unicode, without a \u escape of half a surrogate pair (RFC 8259,
// section 8). Its errors never quote the data.
func CheckJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("the body is not valid UTF-8")
	}
	if !json.Valid(data) {
		return errors.New("the body is not valid JSON")
	}
	if hasLoneSurrogate(data) {
		return errors.New("the body holds half a surrogate pair")
	}
	return nil
}

// hasLoneSurrogate looks through the escapes of valid JSON, where a backslash
// occurs only in strings and \u is followed by four hex digits.
func hasLoneSurrogate(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 {
			return false
		}
		data = data[i:]
		first, escaped := unicodeEscape(data)
		if !escaped {
			data = data[2:]
			continue
		}
		data = data[6:]
		if !utf16.IsSurrogate(first) {
			continue
		}
		second, escaped := unicodeEscape(data)
		if !escaped || utf16.DecodeRune(first, second) == utf8.RuneError {
			return true
		}
		data = data[6:]
	}
}

// unicodeEscape reads the code unit of an escape such as \u00e9 at the start
// of data.
func unicodeEscape(data []byte) (unit rune, ok bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	for _, digit := range data[2:6] {
		unit = unit<<4 | hexValue(digit)
	}
	return unit, true
}

func hexValue(digit byte) rune {
	switch {
	case digit >= 'a':
		return rune(digit-'a') + 10
	case digit >= 'A':
		return rune(digit-'A') + 10
	default:
		return rune(digit - '0')
	}
}
