package guidance

import "strings"

// The functions of this file take digits and letters without separators, lower
// case, and report whether they are a number of their kind.

// luhn reports whether digits pass the check of ISO/IEC 7812-1, annex B.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isCard reports whether digits are the number of a payment card: a length and
// a beginning that are issued, and the Luhn check.
func isCard(s string) bool {
	if len(s) < 13 || len(s) > 19 || !luhn(s) {
		return false
	}
	switch {
	case s[0] == '4':
		return len(s) == 13 || len(s) == 16 || len(s) == 19
	case s[:2] >= "51" && s[:2] <= "55", s[:4] >= "2221" && s[:4] <= "2720":
		return len(s) == 16
	case s[:2] == "34", s[:2] == "37":
		return len(s) == 15
	case s[:4] == "6011", s[:2] == "65", s[:3] >= "644" && s[:3] <= "649", s[:2] == "62", s[:2] == "60", s[:4] >= "3528" && s[:4] <= "3589", s[:2] == "81", s[:2] == "82":
		return len(s) >= 16
	case s[:2] == "30", s[:2] == "36", s[:2] == "38", s[:2] == "39":
		return len(s) == 14 || len(s) == 16
	case s[:2] == "50", s[:2] >= "56" && s[:2] <= "58", s[0] == '6':
		return len(s) >= 16
	}
	return false
}

// isIBAN reports whether s is an account number of ISO 13616: two letters, two
// check digits by ISO 7064 mod 97-10, and 11 to 30 more.
func isIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || !letters(s[:2]) || !digits(s[2:4]) {
		return false
	}
	rest := 0
	for _, b := range []byte(s[4:] + s[:4]) {
		switch {
		case b >= '0' && b <= '9':
			rest = (rest*10 + int(b-'0')) % 97
		case b >= 'a' && b <= 'z':
			rest = (rest*100 + int(b-'a') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// isSSN reports whether nine digits can be a social security or individual
// taxpayer number of the United States.
func isSSN(s string) bool {
	if len(s) != 9 || s[:3] == "000" || s[:3] == "666" || s[3:5] == "00" || s[5:] == "0000" {
		return false
	}
	if s[0] != '9' {
		return true
	}
	group := s[3:5]
	return group >= "50" && group <= "65" || group >= "70" && group <= "88" || group >= "90" && group <= "92" || group >= "94"
}

// isSpanishID reports whether s is a Spanish DNI or NIE with its right letter
// (Real Decreto 1553/2005, orden INT/2058/2008).
func isSpanishID(s string) bool {
	if len(s) != 9 {
		return false
	}
	number := s[:8]
	if at := strings.IndexByte("xyz", s[0]); at >= 0 {
		number = string(byte('0'+at)) + s[1:8]
	}
	if !digits(number) {
		return false
	}
	n := 0
	for _, b := range []byte(number) {
		n = n*10 + int(b-'0')
	}
	return s[8] == "trwagmyfpdxbnjzsqvhlcke"[n%23]
}

// isNINO reports whether s has the shape of a British national insurance
// number. The prefix of the usual specimen, QQ, is let in.
func isNINO(s string) bool {
	if len(s) != 9 || !letters(s[:2]) || !digits(s[2:8]) || s[8] < 'a' || s[8] > 'd' {
		return false
	}
	prefix := s[:2]
	if prefix == "qq" {
		return true
	}
	switch prefix {
	case "bg", "gb", "nk", "kn", "tn", "nt", "zz":
		return false
	}
	return !strings.ContainsAny(prefix[:1], "dfiquv") && !strings.ContainsAny(prefix[1:], "dfioquv")
}

// isCURP reports whether s is a Mexican population registry code with its right
// check digit.
func isCURP(s string) bool {
	if len(s) != 18 || !letters(s[:4]) || !isShortDate(s[4:10]) || !strings.ContainsAny(s[10:11], "hmx") || !letters(s[11:16]) || !digits(s[17:]) {
		return false
	}
	const alphabet = "0123456789abcdefghijklmnñopqrstuvwxyz"
	sum := 0
	for i := range 17 {
		at := strings.IndexByte(alphabet, s[i])
		if at >= len("0123456789abcdefghijklmnñ") {
			at-- // ñ is two bytes
		}
		sum += at * (18 - i)
	}
	return byte('0'+(10-sum%10)%10) == s[17]
}

// isRFC reports whether s has the shape of a Mexican taxpayer code.
func isRFC(s string) bool {
	n := len(s) - 9
	if n != 3 && n != 4 {
		return false
	}
	return letters(s[:n]) && isShortDate(s[n:n+6]) && (s[len(s)-1] == 'a' || isDigit(rune(s[len(s)-1])))
}

// isShortDate reports whether six digits are a year, a month and a day.
func isShortDate(s string) bool {
	return digits(s) && s[2:4] >= "01" && s[2:4] <= "12" && s[4:] >= "01" && s[4:] <= "31"
}

// isPPS reports whether s is an Irish personal public service number with its
// right letter.
func isPPS(s string) bool {
	if len(s) < 8 || len(s) > 9 || !digits(s[:7]) || !letters(s[7:]) {
		return false
	}
	sum := 0
	for i := range 7 {
		sum += int(s[i]-'0') * (8 - i)
	}
	if len(s) == 9 && s[8] != 'w' {
		if s[8] > 'i' {
			return false
		}
		sum += 9 * int(s[8]-'a'+1)
	}
	return s[7] == "wabcdefghijklmnopqrstuv"[sum%23]
}

// isPAN reports whether s has the shape of an Indian permanent account number.
func isPAN(s string) bool {
	return len(s) == 10 && letters(s[:5]) && digits(s[5:9]) && letters(s[9:]) && strings.ContainsAny(s[3:4], "pchfatblj")
}

// isMBI reports whether s has the shape of an American Medicare beneficiary
// identifier.
func isMBI(s string) bool {
	if len(s) != 11 || s[0] < '1' || s[0] > '9' {
		return false
	}
	for i, k := range []byte("caxcaxcaacc") { // c digit, a letter, x either
		if i == 0 || i == 10 {
			k = 'c'
		}
		if i == 3 || i == 6 || i == 9 {
			k = 'c'
		}
		digit, letter := isDigit(rune(s[i])), s[i] >= 'a' && s[i] <= 'z'
		if k == 'c' && !digit || k == 'a' && !letter || k == 'x' && !digit && !letter {
			return false
		}
	}
	return true
}

// isAadhaar reports whether twelve digits pass the Verhoeff check.
func isAadhaar(s string) bool {
	if len(s) != 12 || s[0] < '2' {
		return false
	}
	const multiply = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
	const permute = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"
	c := byte(0)
	for i := range len(s) {
		d := s[len(s)-1-i] - '0'
		p := permute[i%8*10+int(d)] - '0'
		c = multiply[int(c)*10+int(p)] - '0'
	}
	return c == 0
}

// isSouthAfricanID reports whether thirteen digits are a birth date and more,
// with the Luhn check.
func isSouthAfricanID(s string) bool {
	return len(s) == 13 && isShortDate(s[:6]) && s[10] <= '1' && luhn(s)
}

// isCUIT reports whether eleven digits are an Argentine tax number with its
// right check digit.
func isCUIT(s string) bool {
	if len(s) != 11 || s[0] != '2' && s[0] != '3' {
		return false
	}
	sum := 0
	for i, weight := range []int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2} {
		sum += int(s[i]-'0') * weight
	}
	check := (11 - sum%11) % 11
	return check < 10 && byte('0'+check) == s[10]
}

// isCLABE reports whether eighteen digits are a Mexican bank account.
func isCLABE(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		sum += int(s[i]-'0') * []int{3, 7, 1}[i%3] % 10
	}
	return byte('0'+(10-sum%10)%10) == s[17]
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return s != ""
}
