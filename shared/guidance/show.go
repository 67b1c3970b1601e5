package guidance

// Card is what a compose box shows about one code: all its findings, in the
// order of the text.
type Card struct {
	Code     Code
	Level    Level
	Findings []Finding
}

// maxAdvice is how many pieces of advice are shown at once.
const maxAdvice = 2

// Show picks what a compose box shows of the findings of Review, less those
// the writer has dismissed. Safety is always shown, and first. Beside it only
// advice that does not stand in the way of help is shown: what must not be
// sent, and that nobody may answer in time. Else there are up to two pieces of
// advice, and where there is nothing to advise, one kind word or note.
func Show(found []Finding) []Card {
	var cards []Card
	safety := len(found) > 0 && found[0].Level == LevelSafety
	advice := 0
	for i := 0; i < len(found); {
		j := i
		for j < len(found) && found[j].Code == found[i].Code {
			j++
		}
		card := Card{found[i].Code, found[i].Level, found[i:j]}
		i = j
		switch card.Level {
		case LevelSafety:
		case LevelAdvice:
			if advice == maxAdvice || safety && card.Code != SensitiveIdentifier && card.Code != UrgentTiming ||
				card.Code == UnclearRequest && advice > 0 && cards[len(cards)-1].Code == Vague {
				continue
			}
			advice++
		default:
			if len(cards) > 0 {
				continue
			}
		}
		cards = append(cards, card)
	}
	return cards
}
