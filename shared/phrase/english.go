package phrase

// English returns the English catalogue.
func English() *Catalogue {
	return &Catalogue{
		Lang:     "en",
		Problems: englishProblems(),
	}
}
