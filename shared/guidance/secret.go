package guidance

import (
	"slices"
	"strings"
)

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
