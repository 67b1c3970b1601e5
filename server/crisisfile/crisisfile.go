// Package crisisfile reads the operator's own emergency numbers and crisis
// lines from a file and lays them over those that come with the product.
//
// The file is JSON:
//
//	{"countries": [
//	  {"code": "IE", "lines": [
//	    {"name": "Practice on-call line", "phones": ["01 555 0100"],
//	     "text": "50505", "keyword": "HELP", "chat": "https://line.example",
//	     "languages": ["en", "ga"], "hours": "18:00-23:00",
//	     "source": "https://line.example/call", "verifiedOn": "2026-11-22"}]},
//	  {"code": "MA", "replace": true, "name": "Morocco", "nameEs": "Marruecos",
//	   "emergency": [{"service": "police", "phone": "19", "source": "…"}],
//	   "lines": []}
//	]}
//
// A country without "replace" keeps what it has: each line given takes the
// place of the one with the same name, or else comes first; emergency numbers,
// where given, take the place of all it had. With "replace" the country is what
// the file says and nothing else, which is also how a country is added.
//
// What an entry may hold is described at the types of package crisis. It must
// not guess: anything it cannot read is an error that names the place.
package crisisfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"pleiades/shared/crisis"
)

// maxSize is the most bytes a file may have.
const maxSize = 1 << 20

// Load returns the directory with the changes of the file at path laid over
// it; with an empty path the directory as it is. It fails if the file cannot
// be read or if any part of it is not fit to be shown at the time now.
func Load(path string, base crisis.Directory, now time.Time) (crisis.Directory, error) {
	if path == "" {
		return base, nil
	}
	text, err := read(path)
	if err != nil {
		return crisis.Directory{}, fmt.Errorf("read the crisis file: %w", err)
	}
	merged, err := merge(text, base, now)
	if err != nil {
		return crisis.Directory{}, fmt.Errorf("crisis file %s: %w", path, err)
	}
	return merged, nil
}

func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("%s is larger than %d bytes", path, maxSize)
	}
	return text, err
}

// change is what the file says about one country.
type change struct {
	Code      string      `json:"code"`
	Replace   bool        `json:"replace"`
	Name      string      `json:"name"`
	NameES    string      `json:"nameEs"`
	Emergency []emergency `json:"emergency"`
	Lines     []line      `json:"lines"`
}

type origin struct {
	Source     string `json:"source"`
	VerifiedOn string `json:"verifiedOn"`
}

type emergency struct {
	Service crisis.Service `json:"service"`
	Phone   crisis.Phone   `json:"phone"`
	origin
}

type line struct {
	Name      string          `json:"name"`
	Phones    []crisis.Phone  `json:"phones"`
	Text      crisis.Phone    `json:"text"`
	Keyword   string          `json:"keyword"`
	Chat      string          `json:"chat"`
	Languages []string        `json:"languages"`
	Hours     crisis.Hours    `json:"hours"`
	Audience  crisis.Audience `json:"audience"`
	origin
}

func merge(text []byte, base crisis.Directory, now time.Time) (crisis.Directory, error) {
	changes, err := decode(text)
	if err != nil {
		return crisis.Directory{}, err
	}
	countries := base.Countries()
	seen := make(map[string]bool)
	for i, c := range changes {
		where := fmt.Sprintf("countries[%d] (%s)", i, c.Code)
		if seen[c.Code] {
			return crisis.Directory{}, fmt.Errorf("%s: code is there twice", where)
		}
		seen[c.Code] = true
		at := slices.IndexFunc(countries, func(known crisis.Country) bool { return known.Code == c.Code })
		if at < 0 && !c.Replace {
			return crisis.Directory{}, fmt.Errorf("%s: code is not one of ours; to add a country say \"replace\": true", where)
		}
		var before crisis.Country
		if !c.Replace {
			before = countries[at]
		}
		after, err := c.apply(before, now)
		if err != nil {
			return crisis.Directory{}, fmt.Errorf("%s%w", where, err)
		}
		if at < 0 {
			countries = append(countries, after)
		} else {
			countries[at] = after
		}
	}
	return crisis.New(countries), nil
}

// decode reads the whole text. A name it does not know is an error: it may be
// a number with its field misspelt.
func decode(text []byte) ([]change, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var file struct {
		Countries []change `json:"countries"`
	}
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("not the JSON it should be, near byte %d: %w", decoder.InputOffset(), err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something follows after the end, at byte %d", decoder.InputOffset())
	}
	if len(file.Countries) == 0 {
		return nil, errors.New("countries is empty")
	}
	return file.Countries, nil
}

// apply returns the country after the change. Its error begins with the place
// within the country.
func (c change) apply(country crisis.Country, now time.Time) (crisis.Country, error) {
	country.Code = c.Code
	if c.Name != "" {
		country.Name = c.Name
	}
	if c.NameES != "" {
		country.NameES = c.NameES
	}
	if c.Emergency != nil {
		country.Emergency = nil
	}
	for i, given := range c.Emergency {
		where := fmt.Sprintf(" emergency[%d] (%s)", i, given.Phone)
		from, err := given.convert()
		if err != nil {
			return country, fmt.Errorf("%s: %w", where, err)
		}
		number := crisis.Emergency{Service: given.Service, Phone: given.Phone, Origin: from}
		if err := number.Check(now); err != nil {
			return country, fmt.Errorf("%s: %w", where, err)
		}
		country.Emergency = append(country.Emergency, number)
	}

	kept := slices.Clone(country.Lines)
	var added []crisis.Line
	seen := make(map[string]bool)
	for i, given := range c.Lines {
		where := fmt.Sprintf(" lines[%d] (%s)", i, given.Name)
		l, err := given.convert()
		if err == nil {
			err = l.Check(now)
		}
		if err == nil && seen[l.Name] {
			err = &crisis.FieldError{Field: "name", Reason: "is there twice"}
		}
		if err != nil {
			return country, fmt.Errorf("%s: %w", where, err)
		}
		seen[l.Name] = true
		if at := slices.IndexFunc(kept, func(known crisis.Line) bool { return known.Name == l.Name }); at >= 0 {
			kept[at] = l
		} else {
			added = append(added, l)
		}
	}
	country.Lines = append(added, kept...)
	if err := country.Check(); err != nil {
		return country, fmt.Errorf(": %w", err)
	}
	return country, nil
}

func (l line) convert() (crisis.Line, error) {
	from, err := l.origin.convert()
	return crisis.Line{
		Name:      l.Name,
		Phones:    l.Phones,
		Text:      crisis.Text{Phone: l.Text, Keyword: l.Keyword},
		Chat:      l.Chat,
		Languages: l.Languages,
		Hours:     l.Hours,
		Audience:  l.Audience,
		Origin:    from,
	}, err
}

func (o origin) convert() (crisis.Origin, error) {
	from := crisis.Origin{Sources: []crisis.Source{{Name: o.Source}}}
	if o.VerifiedOn == "" {
		return from, nil
	}
	var err error
	if from.VerifiedOn, err = time.Parse(time.DateOnly, o.VerifiedOn); err != nil {
		return from, &crisis.FieldError{Field: "verifiedOn", Reason: "must be a day such as 2026-11-22"}
	}
	return from, nil
}
