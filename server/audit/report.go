package audit

// Report is the result of a check of the whole log.
type Report struct {
	Chains, Events, Rows int64 // that were checked
	Findings             []Finding
	Notes                []Finding // no faults, see Chain.Notes
}
