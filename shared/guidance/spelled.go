package guidance

import "strings"

// Numbers can be read out in words: "four two four two", "forty-two forty-two",
// "cuatro dos". A card's is found in them, too; shorter numbers are left alone,
// since words for numbers stand everywhere.

// leastSpelled is how many words for digits a text must have before it is
// looked through.
const leastSpelled = 8

// mentionsSpelled reports whether a text may hold a long number in words.
func mentionsSpelled(text string) bool {
	n := 0
	for _, word := range []string{
		"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero", "double",
		"uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "cero", "enta",
	} {
		if n += strings.Count(text, word); n >= leastSpelled {
			return true
		}
	}
	return false
}

// said returns the digits that a word stands for when a number is read out,
// empty for none.
func said(word string) string {
	switch word {
	case "zero", "oh", "o", "cero":
		return "0"
	case "one", "uno", "una", "un":
		return "1"
	case "two", "dos":
		return "2"
	case "three", "tres":
		return "3"
	case "four", "cuatro":
		return "4"
	case "five", "cinco":
		return "5"
	case "six", "seis":
		return "6"
	case "seven", "siete":
		return "7"
	case "eight", "ocho":
		return "8"
	case "nine", "nueve":
		return "9"
	case "ten", "diez":
		return "10"
	case "eleven", "once":
		return "11"
	case "twelve", "doce":
		return "12"
	case "thirteen", "trece":
		return "13"
	case "fourteen", "catorce":
		return "14"
	case "fifteen", "quince":
		return "15"
	case "sixteen", "dieciseis":
		return "16"
	case "seventeen", "diecisiete":
		return "17"
	case "eighteen", "dieciocho":
		return "18"
	case "nineteen", "diecinueve":
		return "19"
	case "twenty", "veinte":
		return "20"
	case "thirty", "treinta":
		return "30"
	case "forty", "fourty", "cuarenta":
		return "40"
	case "fifty", "cincuenta":
		return "50"
	case "sixty", "sesenta":
		return "60"
	case "seventy", "setenta":
		return "70"
	case "eighty", "ochenta":
		return "80"
	case "ninety", "noventa":
		return "90"
	}
	return ""
}

// maxCard is how many digits a card has at most.
const maxCard = 19

// spelled finds a card's number in words that begins at piece i, and returns how
// many pieces it takes.
func (f *identifiers) spelled(i int) int {
	number, best, times := "", 0, 1
	for j := i; j < len(f.pieces) && len(number) < maxCard; j++ {
		for word := range strings.SplitSeq(f.pieces[j].text, "-") {
			digits := said(word)
			tens := len(number) > 1 && strings.HasSuffix(number, "0") && number[len(number)-2] > '1'
			switch {
			case word == "double" || word == "doble":
				times = 2
				continue
			case word == "triple":
				times = 3
				continue
			case word == "y" && tens:
				continue
			case digits == "":
				return f.spelledTo(i, best)
			case tens && times == 1 && len(digits) == 1 && digits != "0" && f.saidTens(j, word):
				number = number[:len(number)-1] + digits
			default:
				number += strings.Repeat(digits, times)
			}
			times = 1
		}
		if isCard(number) {
			best = j - i + 1
		}
	}
	return f.spelledTo(i, best)
}

// saidTens reports whether the word before one in piece j is one of tens, to
// which the one is added: "forty two", "forty-two", "cuarenta y dos".
func (f *identifiers) saidTens(j int, word string) bool {
	before, _, joined := strings.Cut(f.pieces[j].text, "-")
	if !joined || before == word {
		if j--; j >= 0 && f.pieces[j].text == "y" {
			j--
		}
		if j < 0 {
			return false
		}
		before = f.pieces[j].text
	}
	tens := said(before)
	return len(tens) == 2 && tens[1] == '0' && tens != "10"
}

func (f *identifiers) spelledTo(i, pieces int) int {
	if pieces > 0 {
		f.add("card", i, i+pieces-1)
	}
	return pieces
}
