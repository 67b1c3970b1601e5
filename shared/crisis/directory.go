package crisis

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Directory is a set of countries. Its zero value has none.
type Directory struct {
	countries []Country // by English name, then code
}

// New makes a directory of countries, whose codes must differ.
func New(countries []Country) Directory {
	countries = slices.Clone(countries)
	slices.SortFunc(countries, func(a, b Country) int {
		if order := strings.Compare(a.Name, b.Name); order != 0 {
			return order
		}
		return strings.Compare(a.Code, b.Code)
	})
	return Directory{countries}
}

// Countries returns all countries, sorted by English name, then code.
func (d Directory) Countries() []Country { return slices.Clone(d.countries) }

// CountriesIn returns all countries, sorted by their names in a language as NameIn
// gives them.
func (d Directory) CountriesIn(lang string) []Country {
	countries := d.Countries()
	if !isSpanish(lang) {
		return countries
	}
	slices.SortStableFunc(countries, func(a, b Country) int {
		return strings.Compare(withoutAccents.Replace(a.NameES), withoutAccents.Replace(b.NameES))
	})
	return countries
}

// withoutAccents takes away what names in Spanish have on their letters, for their order.
var withoutAccents = strings.NewReplacer("Á", "A", "É", "E", "Í", "I", "Ó", "O", "Ú", "U",
	"á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n~")

// For returns the country with a code of ISO 3166-1, in either case. It never
// returns another country instead.
func (d Directory) For(code string) (Country, bool) {
	for _, c := range d.countries {
		if strings.EqualFold(c.Code, code) {
			return c, true
		}
	}
	return Country{}, false
}

// Parse reads the format that is described at the top of countries.txt.
func Parse(text string) (Directory, error) {
	countries, err := parse(text)
	return New(countries), err
}

func parse(text string) ([]Country, error) {
	var r reader
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		keyword, rest, _ := strings.Cut(line, " ")
		if !r.read(keyword, rest) {
			return nil, errors.New("line " + strconv.Itoa(number) + ": cannot read " + strconv.Quote(line))
		}
	}
	return r.countries, nil
}

// reader is where parse stands.
type reader struct {
	sources   map[string]string
	countries []Country
	country   *Country // the last of countries
	line      *Line    // the last of the country, after "line"
	origin    *Origin  // that of the last emergency or line
}

// read takes in one line and reports whether it could.
func (r *reader) read(keyword, rest string) bool {
	switch keyword {
	case "source":
		key, name, found := cutTrim(rest, "|")
		if r.sources == nil {
			r.sources = make(map[string]string)
		}
		r.sources[key] = name
		return found
	case "country":
		code, names, found := cutTrim(rest, "|")
		name, nameES, found2 := cutTrim(names, "|")
		r.countries = append(r.countries, Country{Code: code, Name: name, NameES: nameES})
		r.country, r.line, r.origin = &r.countries[len(r.countries)-1], nil, nil
		return found && found2
	}
	if r.country == nil {
		return false
	}
	switch keyword {
	case "emergency":
		service, phone, found := cutTrim(rest, " ")
		r.country.Emergency = append(r.country.Emergency, Emergency{Service: Service(service), Phone: Phone(phone)})
		r.line, r.origin = nil, &r.country.Emergency[len(r.country.Emergency)-1].Origin
		return found
	case "line":
		r.country.Lines = append(r.country.Lines, Line{Name: rest})
		r.line = &r.country.Lines[len(r.country.Lines)-1]
		r.origin = &r.line.Origin
		return true
	}
	return r.origin != nil && (r.readOrigin(keyword, rest) || r.line != nil && r.readLine(keyword, rest))
}

func (r *reader) readOrigin(keyword, rest string) bool {
	switch keyword {
	case "from":
		name, known := r.sources[rest]
		if !known {
			name = rest
		}
		r.origin.Sources = append(r.origin.Sources, Source{Name: name})
		return known || Source{Name: rest}.IsURL()
	case "archive":
		r.origin.Sources = append(r.origin.Sources, Source{Name: rest, Archived: true})
		return true
	case "verified":
		var err error
		r.origin.VerifiedOn, err = time.Parse(time.DateOnly, rest)
		return err == nil
	default:
		return false
	}
}

func (r *reader) readLine(keyword, rest string) bool {
	switch keyword {
	case "phone":
		r.line.Phones = append(r.line.Phones, Phone(rest))
	case "text":
		// A keyword is a last word that is no part of a number, such as 4HOPE.
		if end := strings.LastIndexByte(rest, ' '); isKeyword(rest[end+1:]) {
			r.line.Text = Text{Phone: Phone(strings.TrimSpace(rest[:max(end, 0)])), Keyword: rest[end+1:]}
		} else {
			r.line.Text = Text{Phone: Phone(rest)}
		}
	case "chat":
		r.line.Chat = rest
	case "lang":
		r.line.Languages = strings.Fields(rest)
	case "hours":
		r.line.Hours = Hours(rest)
	case "for":
		r.line.Audience = Audience(rest)
	default:
		return false
	}
	return true
}

func cutTrim(text, separator string) (before, after string, found bool) {
	before, after, found = strings.Cut(text, separator)
	return strings.TrimSpace(before), strings.TrimSpace(after), found
}
