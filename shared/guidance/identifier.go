package guidance

import (
	"slices"
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
	if !strings.ContainsAny(whole, "0123456789") && !mentionsPasswords(whole) {
		return nil
	}
	f := &identifiers{cells: cells, pieces: cut(cells, whole, offsets)}
	for i := 0; i < len(f.pieces); {
		i += max(1, f.number(i))
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
func cut(cells []cell, whole string, offsets []int) []piece {
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
func flatten(cells []cell) (string, []int) {
	var b strings.Builder
	b.Grow(len(cells))
	offsets := make([]int, len(cells)+1)
	for i, c := range cells {
		b.WriteRune(c.r)
		offsets[i+1] = b.Len()
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

// secret finds a password, a PIN or a code at piece i, by the words before it.
func (f *identifiers) secret(i int) {
	p := &f.pieces[i]
	text := p.text
	if p.digits >= 3 && p.letters == 0 && p.digits <= 8 && len(p.bare) == p.digits && !strings.ContainsAny(text, "/:") {
		other := f.cueAt(i, cueOther, 4)
		if k := f.cueAt(i, cuePIN, 7); k > other || other < 0 && f.saidToBe(i, cuePIN) {
			f.add("pin", i, i)
			return
		}
		if k := f.cueAt(i, cueCode, 6); k > other && !f.cue(min(k+4, i), cueCodeOther, 7) && !f.amount(i) {
			f.add("code", i, i)
			return
		}
	}
	if secretLike(p) {
		reach := 16
		if p.signs && p.digits > 0 && (p.upper || p.capital) {
			reach = 48
		}
		if f.cue(i, cuePassword, reach) {
			f.add("password", i, i)
			return
		}
		if (p.upper || p.capital) && (p.signs || p.digits > 0) && f.cue(i, cueLogin, 8) {
			f.add("login", i, i)
			return
		}
	}
	if k := f.cueAt(i, cuePassword, 3); k >= 0 && f.stated(k, i) {
		f.add("password", i, i)
	}
}

// saidToBe reports whether piece i is followed by "is my" or the like and a
// cue.
func (f *identifiers) saidToBe(i int, wanted cue) bool {
	if i+2 >= len(f.pieces) || f.pieces[i].end || f.pieces[i+1].text != "is" && f.pieces[i+1].text != "es" {
		return false
	}
	for k := i + 2; k < min(i+6, len(f.pieces)); k++ {
		if f.pieces[k].cues&wanted != 0 {
			return true
		}
	}
	return false
}

// amount reports whether the number at piece i is an amount of money.
func (f *identifiers) amount(i int) bool {
	p := &f.pieces[i]
	return strings.ContainsAny(p.text, "$£€") || p.from > 0 && strings.ContainsRune("$£€", f.cells[p.from-1].r)
}

// secretLike reports whether a piece looks like a password: letters with digits
// or signs among them, or several words in one, and no other kind of thing.
func secretLike(p *piece) bool {
	if len(p.text) < 6 || p.letters == 0 || strings.Contains(p.text, "://") || strings.HasPrefix(p.text, "www.") || strings.HasPrefix(p.text, "$") {
		return false
	}
	if at := strings.IndexByte(p.text, '@'); at > 0 && strings.Contains(p.text[at:], ".") {
		return false // an e-mail address
	}
	return p.digits > 0 && p.letters > 1 && !ordinary(p.text) || p.signs && p.letters > 3 || strings.Count(p.text, "-") >= 2 && p.capital
}

// ordinary reports whether letters with digits are an ordinary thing: 10mg,
// 1st, 25th, covid19, 2004-ish.
func ordinary(s string) bool {
	i := 0
	for i < len(s) && isDigit(rune(s[i])) {
		i++
	}
	return i > 0 && i < len(s) && letters(strings.ReplaceAll(s[i:], "-", "")) && len(s)-i <= 5 || strings.HasPrefix(s, "covid")
}

// stated reports whether the piece at i is said to be the password named at k:
// "password: sunflower", "my password is sunflower."
func (f *identifiers) stated(k, i int) bool {
	p := &f.pieces[i]
	if len(p.text) < 4 || p.digits == 0 && commonWord(p.text) || strings.Contains(p.text, "'") {
		return false
	}
	if f.pieces[k].colon && i == k+1 {
		return true
	}
	if i == k+1 {
		return false
	}
	link := f.pieces[i-1].text
	if link != "is" && link != "es" && link != "=" && link != "was" && link != "era" && link != "to" {
		return false
	}
	return p.quoted || p.digits > 0 || p.end || i+1 == len(f.pieces)
}

var sayings = strings.Fields("wrong right expired incorrect correct working invalid forgotten lost gone required reset changed saved hidden stored blank still being always never something anything weak strong secure safe mine yours theirs case sensitive rejected locked blocked broken empty different easy hard long short stupid embarrassing available known secret private written exposed leaked hacked compromised please thanks here there enough needed good bad same incorrecta correcta mala buena caducada olvidada perdida segura dificil facil larga corta secreta vieja nueva bloqueada valida invalida distinta rechazada stuck fine okay disabled updated personal public safari shared protected it's what which that this them help date incorrecto valido")

// commonWord reports whether a word after "password is" says something about
// it.
func commonWord(s string) bool {
	return slices.Contains(sayings, s)
}
