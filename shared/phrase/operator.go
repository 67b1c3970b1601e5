package phrase

// Operator is the page of those who look after the product itself.
type Operator struct {
	Page       string
	Title      string
	Parts      string // label of the ways to the parts of the page
	Lead       string
	Home       Reason // on the dashboard, in the place of conversations
	OthersOnly Reason
}

func englishOperator() Operator {
	return Operator{
		Page:  "Operator",
		Title: "Operator",
		Parts: "Parts of this page",
		Lead:  "What people ask of those who run this service. No conversation can be seen from here.",
		Home: Reason{
			Title: "You run this service",
			Text:  "You belong to no practice, and no conversation can be seen with this account.",
		},
		OthersOnly: Reason{
			Title: "For those who run this service",
			Text:  "This page belongs to the operator alone.",
		},
	}
}
