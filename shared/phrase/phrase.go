// Package phrase owns every word a person can see: one catalogue a language,
// typed, so that a page which asks for a text that is not there does not
// compile. The server takes the texts of its error answers from here too.
//
// It must not decide anything: which text to show, and when, is the page's
// part. It does not format dates; those follow the reader's own settings.
//
// Tone: short, warm, honest, in words a twelve-year-old reads with ease. Say
// what is so, then what to do. Texts that end up in HTML attributes hold no
// straight double quotes.
package phrase

// Catalogue holds every text of one language.
type Catalogue struct {
	Lang     string // BCP 47 tag
	Problems Problems
}
