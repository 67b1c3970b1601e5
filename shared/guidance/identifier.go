package guidance

import (
	"strings"
	"sync"
)

// piece is a stretch of text without white space, and without the punctuation
// around it.
type piece struct {
	from, to int    // cells
	text     string // folded
	bare     string // letters and digits alone, where there are digits or few letters
	cues     cue    // what it says about a number near it
	digits   int
	letters  int
	signs    bool // has a sign inside that words and numbers do not have
	upper    bool // begins with a capital letter
	capital  bool // has a capital letter after the first
	quoted   bool // is within quotes
	end      bool // a clause ends after it
	colon    bool // a colon or an equals sign follows
}

// cue is what a word says about the numbers near it.
type cue uint16

const (
	cueID        cue = 1 << iota // national and tax numbers
	cueMedicare                  // Medicare, in the United States
	cueAccount                   // bank accounts
	cueOther                     // numbers that may be sent: orders, claims, phones
	cuePassword                  // passwords
	cueLogin                     // logins
	cuePIN                       // PINs
	cueCode                      // one-time codes
	cueCodeOther                 // codes that may be sent
)

// identifiers finds what must not be sent: passwords, PINs, one-time codes,
// cards, accounts, national and tax numbers. It goes by checksum and shape, and
// by the words before where these prove nothing. It is the same for all
// languages.
type identifiers struct {
	pieces []piece
	found  []Finding
	cells  []cell
}

func findIdentifiers(cells []cell) []Finding {
	whole, offsets := flatten(cells)
	inWords := mentionsSpelled(whole)
	if !inWords && !strings.ContainsAny(whole, "0123456789") && !mentionsPasswords(whole) {
		return nil
	}
	f := &identifiers{cells: cells, pieces: cut(cells, whole, offsets)}
	for i := 0; i < len(f.pieces); {
		taken := f.number(i)
		if taken == 0 && inWords {
			taken = f.spelled(i)
		}
		i += max(1, taken)
	}
	for i := range f.pieces {
		f.secret(i)
	}
	return f.found
}

// mentionsPasswords reports whether a text may speak of passwords, as all do
// that hold a cue for them.
func mentionsPasswords(text string) bool {
	for _, part := range []string{"pass", "pw", "contrase", "clave", "key", "login", "log in"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// cut cuts cells, which flatten to whole, into pieces.
func cut(cells []cell, whole string, offsets []int32) []piece {
	words := cueWords()
	pieces := make([]piece, 0, len(cells)/5+1)
	for i := 0; i < len(cells); {
		if isSpace(cells[i].r) {
			i++
			continue
		}
		p := piece{from: i}
		for i < len(cells) && !isSpace(cells[i].r) {
			i++
		}
		p.to = i
		for p.from < p.to && opens(cells[p.from].r) {
			p.quoted = p.quoted || cells[p.from].r == '"' || cells[p.from].r == '\''
			p.from++
		}
		for p.to > p.from && closes(cells[p.to-1].r) {
			p.end = p.end || cells[p.to-1].r != '\'' && cells[p.to-1].r != '"'
			p.colon = p.colon || cells[p.to-1].r == ':' || cells[p.to-1].r == '='
			p.to--
		}
		if p.from == p.to {
			if n := len(pieces); n > 0 {
				pieces[n-1].end = true
				pieces[n-1].colon = pieces[n-1].colon || p.colon
			}
			continue
		}
		p.read(cells, whole[offsets[p.from]:offsets[p.to]])
		pieces = append(pieces, p)
	}
	for i := range pieces {
		for _, c := range words[plain(pieces[i].text)] {
			if c.second == "" || i+1 < len(pieces) && plain(pieces[i+1].text) == c.second {
				pieces[i].cues |= c.cue
			}
		}
	}
	return pieces
}

// opens reports whether a character may stand before a piece, outside of it.
func opens(r rune) bool {
	switch r {
	case '"', '\'', '(', '[', '{', '<', '*', '—', '-':
		return true
	}
	return false
}

// closes reports whether a character may stand after a piece, outside of it.
func closes(r rune) bool {
	switch r {
	case '.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '=', '…':
		return true
	}
	return false
}

// isSign reports whether a character is one that passwords hold and words do
// not.
func isSign(r rune) bool {
	switch r {
	case '!', '#', '$', '%', '&', '*', '+', '_', '@', '^', '~', '=', '?', ';', '<', '>', '|', '\\':
		return true
	}
	return false
}

// flatten returns cells as a string, and for each cell, and the end, where it
// begins there.
func flatten(cells []cell) (string, []int32) {
	var b strings.Builder
	b.Grow(len(cells))
	offsets := make([]int32, len(cells)+1)
	for i, c := range cells {
		b.WriteRune(c.r)
		offsets[i+1] = int32(b.Len())
	}
	return b.String(), offsets
}

// read looks at a piece's characters.
func (p *piece) read(cells []cell, text string) {
	p.text, p.upper = text, cells[p.from].upper
	for j, c := range cells[p.from:p.to] {
		switch {
		case isDigit(c.r):
			p.digits++
		case isLetter(c.r):
			p.letters++
			p.capital = p.capital || c.upper && j > 0
		case isSign(c.r):
			p.signs = true
		}
	}
	if p.digits > 0 || p.letters <= 2 {
		bare := make([]byte, 0, p.to-p.from)
		for _, c := range cells[p.from:p.to] {
			if isDigit(c.r) || c.r >= 'a' && c.r <= 'z' {
				bare = append(bare, byte(c.r))
			}
		}
		p.bare = string(bare)
	}
}

func (f *identifiers) add(rule string, first, last int) {
	from, to := f.pieces[first].from, f.pieces[last].to
	if rule == "password" || rule == "login" {
		// What may be the end of a sentence may be that of a password, too.
		for to < len(f.cells) && isSign(f.cells[to].r) {
			to++
		}
	}
	f.found = append(f.found, Finding{
		Code: SensitiveIdentifier, Level: LevelAdvice, Rule: "/identifier/" + rule,
		Start: int(f.cells[from].start), End: int(f.cells[to-1].end),
	})
}

// number finds a number with a checksum or a telling shape that begins at piece
// i, and returns how many pieces it takes.
func (f *identifiers) number(i int) int {
	// Join up to nine pieces; the longest that is a number of some kind counts.
	joined, limit := "", min(len(f.pieces), i+9)
	type candidate struct {
		pieces int
		rule   string
	}
	best := candidate{}
	if p := &f.pieces[i]; p.digits == 0 && (p.letters > 2 || i+1 == len(f.pieces) || f.pieces[i+1].digits == 0) {
		return 0
	}
	for j := i; j < limit; j++ {
		p := &f.pieces[j]
		if p.bare == "" || p.signs || p.digits == 0 && j > i && p.letters > 2 || strings.ContainsAny(p.text, ":@") {
			break
		}
		if joined += p.bare; len(joined) > 34 {
			break
		}
		if rule := f.kind(joined, i, j); rule != "" {
			best = candidate{j - i + 1, rule}
		}
		if p.end && p.digits == 0 {
			break
		}
	}
	if best.pieces > 0 {
		f.add(best.rule, i, i+best.pieces-1)
	}
	return best.pieces
}

// kind names the kind of number that the pieces from i to j are, "" for none.
func (f *identifiers) kind(s string, i, j int) string {
	if len(s) < 6 {
		return ""
	}
	if !digits(s) {
		switch {
		case f.grouped(i, j) && isIBAN(s):
			return "bank-account"
		case isCURP(s), isSpanishID(s), isMBI(s) && f.cue(i, cueMedicare, 6), i == j && isRFC(s),
			isNINO(s) && (f.pieces[i].upper && f.pieces[i].capital || f.cue(i, cueID, 8)):
			return "national-id"
		case i == j && isPAN(s) && (f.pieces[i].capital || f.cue(i, cueID, 6)), isPPS(s) && f.cue(i, cueID, 8):
			return "national-id"
		case f.cue(i, cueID, 4) && len(s) >= 7 && len(s) <= 18 && i == j && f.pieces[i].digits >= 4 && !f.cue(i, cueOther, 4):
			return "national-id"
		}
		return ""
	}
	if f.cue(i, cueOther, 4) {
		return ""
	}
	switch {
	case isCard(s):
		return "card"
	case isCLABE(s) && f.cue(i, cueAccount, 8):
		return "bank-account"
	case len(s) == 9 && isSSN(s) && (f.shape(i, j) == "3-2-4" || f.cue(i, cueID, 6)):
		return "national-id"
	case isAadhaar(s) && f.shape(i, j) == "4-4-4", isSouthAfricanID(s) && f.cue(i, cueID, 6), isCUIT(s) && (f.shape(i, j) == "2-8-1" || f.cue(i, cueID, 6)):
		return "national-id"
	case len(s) >= 7 && len(s) <= 13 && f.cue(i, cueID, 5):
		return "national-id"
	case len(s) >= 6 && len(s) <= 24 && f.cue(i, cueAccount, 5):
		return "bank-account"
	}
	return ""
}

// grouped reports whether the pieces from i to j are written as account numbers
// are: in one, or the country and check digits first and then groups of up to
// four.
func (f *identifiers) grouped(i, j int) bool {
	if i == j {
		return true
	}
	for k := i; k <= j; k++ {
		if n := len(f.pieces[k].bare); n > 4 || k > i && k < j && n < 4 {
			return false
		}
	}
	return len(f.pieces[i].bare) == 4
}

// shape returns the lengths of the groups of digits from piece i to j, as in
// 3-2-4.
func (f *identifiers) shape(i, j int) string {
	var b []byte
	n := 0
	for k := i; k <= j; k++ {
		for _, c := range f.cells[f.pieces[k].from:f.pieces[k].to] {
			if isDigit(c.r) {
				n++
				continue
			}
			if n > 0 {
				b = append(b, byte('0'+min(n, 9)), '-')
			}
			n = 0
		}
		if n > 0 {
			b = append(b, byte('0'+min(n, 9)), '-')
		}
		n = 0
	}
	return strings.TrimSuffix(string(b), "-")
}

// cueSources are the words before a number that say what it is. A word of two
// is two in a row.
var cueSources = []struct {
	cue   cue
	words string
}{
	{cueID, "ssn, social security, social, itin, sin, social insurance, tfn, tax file, tax id, tax number, tax, utr, ein, nino, national insurance, ni number, ni, nhs number, aadhaar, aadhar, adhaar, aadhaar number, pan, pps, ppsn, passport, id number, identity number, identity card, national id, id card, personnummer, tin, nif, dni, nie, curp, rfc, cuil, cuit, cedula, rut, ird, ird number, bsn, nric, codice fiscale, steuer id, health card, pasaporte, seguridad social, nss, documento de identidad, ciudadania, clave unica"},
	{cueMedicare, "medicare, mbi"},
	{cueAccount, "account number, account no, account, acct, acc, sort code, bsb, routing, routing number, iban, clabe, cbu, cuenta, cuenta corriente, cuenta de, ahorros, aba"},
	{cueOther, "claim, order, tracking, parcel, meeting, case, reference, ref, invoice, ticket, booking, pnr, flight, train, phone, tel, mobile, cell, call, whatsapp, zoom, usps, ups, fedex, dhl, authorization, authorisation, candidate, badge, check no, cheque, four, ending, ends, postcode, zip, hotline, helpline, pedido, siniestro, caso, expediente, reunion, referencia, factura, telefono, movil, celular, celu, vuelo, seguimiento, termina, terminada, postal, autorizacion, poliza, policy"},
	{cuePassword, "password, passwords, passcode, passphrase, pw, pwd, pass, passwd, wifi key, contrasena, contrasenas, clave, key is, la key"},
	{cueLogin, "login, log in, logins, username, user, credentials, usuario, acceso, portal"},
	{cuePIN, "pin, pins, passcode, pincode, cvv, cvc, cvv2, nip, passcodes"},
	{cueCode, "verification code, security code, login code, access code, one time, time code, otp, auth code, authentication code, confirmation code, digit code, sms code, 2fa, codigo de, codigo que, codigo q, codigo, verificacion, code, door code, alarm code, key code, clave"},
	{cueCodeOther, "area, zip, post, postal, cpt, icd, diagnosis, dress, discount, promo, country, bar, qr, penal, civil, tax, billing, voucher, coupon, descuento, diagnostico, barras, procedure, class, course, dsm, sort, etica, source, error"},
}

// secondCue is a cue, and the word that must follow for it, if any.
type secondCue struct {
	second string
	cue    cue
}

// cueWords returns the cues by their first word.
var cueWords = sync.OnceValue(func() map[string][]secondCue {
	words := make(map[string][]secondCue)
	for _, source := range cueSources {
		for word := range strings.SplitSeq(source.words, ", ") {
			first, second, _ := strings.Cut(word, " ")
			words[first] = append(words[first], secondCue{second, source.cue})
		}
	}
	return words
})

// cue reports whether a cue stands within n pieces before piece i.
func (f *identifiers) cue(i int, wanted cue, n int) bool { return f.cueAt(i, wanted, n) >= 0 }

// cueAt returns the nearest piece, at most n before piece i, that is a cue, or
// -1.
func (f *identifiers) cueAt(i int, wanted cue, n int) int {
	for k := i - 1; k >= 0 && k >= i-n; k-- {
		if f.pieces[k].cues&wanted != 0 {
			return k
		}
	}
	return -1
}

// plain is a piece's text without what hangs on to a word: pin's, ssn#.
func plain(s string) string {
	if at := strings.IndexAny(s, "'#/:"); at > 0 {
		s = s[:at]
	}
	return s
}
