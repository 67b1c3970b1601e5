package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Limits of a person's details.
const (
	MaxEmail    = 254 // bytes (RFC 5321, section 4.5.3.1.3, less the brackets)
	MaxName     = 100 // characters: code points after normalization
	MinPassword = 12  // characters
	MaxPassword = 128 // characters
)

// details are a person's details as they are stored and compared.
type details struct {
	name     message.Text
	email    message.Text
	password message.Text
}

// checkDetails normalizes the details of a new person and checks them all. The
// error is an *InvalidError.
func (s *Service) checkDetails(name, email, password message.Text) (details, error) {
	d := details{
		name:     message.Normalize(name),
		password: normalizePassword(password),
	}
	var fields []string
	var plausible bool
	if d.email, plausible = Address(email); !plausible {
		fields = append(fields, wire.FieldEmailInvalid)
	}
	fields = append(fields, checkName(d.name)...)
	fields = append(fields, s.passwordFields(d.password, d.email)...)
	if fields != nil {
		return details{}, &InvalidError{Fields: fields}
	}
	return d, nil
}

// checkName checks a normalized name: one line of text that could also be a
// message.
func checkName(name message.Text) []string {
	var fields []string
	if !strings.ContainsFunc(string(name), visible) {
		fields = append(fields, wire.FieldNameEmpty)
	}
	if utf8.RuneCountInString(string(name)) > MaxName {
		fields = append(fields, wire.FieldNameTooLong)
	}
	if !oneLine(name) {
		fields = append(fields, wire.FieldNameInvalid)
	}
	return fields
}

// visible reports whether a character shows by itself: no space, joiner or mark
// alone.
func visible(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) }

// oneLine reports whether a text could be a message of one line.
func oneLine(text message.Text) bool {
	codes := message.Draft{Body: text}.Validate()
	return !slices.Contains(codes, message.CodeInvalidText) && !strings.ContainsAny(string(text), "\n\t\u2028\u2029")
}

// normalizePassword makes a password independent of the keyboard that typed it
// (NIST SP 800-63B, section 5.1.1.2).
func normalizePassword(password message.Text) message.Text {
	return message.Text(norm.NFC.String(string(password)))
}

// Address returns an e-mail address as it is stored, and whether it is plausible:
// one address, alone and without a name.
func Address(email message.Text) (address message.Text, plausible bool) {
	address = message.Text(norm.NFC.String(strings.TrimSpace(string(email))))
	return address, validEmail(address)
}

// validEmail reports whether an address is plausible; only a mail that arrives
// would prove it.
func validEmail(email message.Text) bool {
	s := string(email)
	if len(s) > MaxEmail || strings.Count(s, "@") != 1 || strings.ContainsAny(s, " <>\"(),:;\\") || !oneLine(email) {
		return false
	}
	// Format characters come with pasting, and nobody can type them again.
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		return false
	}
	parsed, err := mail.ParseAddress(s)
	return err == nil && parsed.Address == s
}

// emailIndex is the keyed hash by which an address is found: the same for all
// spellings that differ only in case, Unicode form or white space around it.
func (s *Service) emailIndex(email message.Text) []byte {
	mac := hmac.New(sha256.New, s.indexKey)
	lower := strings.ToLower(norm.NFC.String(strings.TrimSpace(string(email))))
	mac.Write([]byte(norm.NFC.String(lower)))
	return mac.Sum(nil)
}
