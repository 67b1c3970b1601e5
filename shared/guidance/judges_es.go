package guidance

// spanishJudges returns what decides about whole Spanish texts.
func spanishJudges() []judge { return judgesWith(spanishModel) }
