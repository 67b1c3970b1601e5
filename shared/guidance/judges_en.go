package guidance

// englishJudges returns what decides about whole English texts.
func englishJudges() []judge { return judgesWith(englishModel) }
