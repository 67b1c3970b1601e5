package phrase

// Guidance says why a finding was made: a sentence for each reason that rules
// give (guidance.Finding.Reason).
type Guidance struct {
	Reasons map[string]string
}

// GuidanceIn returns the explanations in a language, in English for a language
// without.
func GuidanceIn(lang string) Guidance {
	if lang == "es" {
		return spanishGuidance()
	}
	return englishGuidance()
}

func englishGuidance() Guidance {
	return Guidance{Reasons: map[string]string{
		"intent":     "It says, in the first person and about now or soon, that someone means to end their life.",
		"plan":       "It speaks of a way, a day, a place or the means to end a life.",
		"prepare":    "It speaks of what people do before they end their life: goodbyes, last letters, giving things away.",
		"place":      "It says that someone is at a dangerous place now.",
		"act":        "It says that something that endangers a life has been done, or is being done.",
		"goodbye":    "It sounds like a last message.",
		"thought":    "It speaks of wishing not to live, or of thoughts of death.",
		"harm":       "It speaks of hurting oneself, or of the urge to.",
		"other":      "It says that someone else may be about to harm themselves.",
		"abuse":      "It says that someone hurts, threatens or controls the writer or a person near them.",
		"violence":   "It speaks of harming someone, or of thoughts or voices about it.",
		"child":      "It says that a child may be in danger.",
		"plea":       "It asks for help to stay safe.",
		"wording":    "Its words together sound like danger, though no single phrase says so.",
		"identifier": "It holds something that looks like a password, a code, a card, an account or an identity number.",
		"length":     "It has more than 250 words or 1,800 characters.",
		"topics":     "It speaks of three or more different things.",
		"content":    "A reader could not tell what happened or what is meant.",
		"purpose":    "It says, or does not say, what the writer would like.",
		"request":    "It says, or does not say, what the writer would like.",
		"timing":     "It asks for an answer sooner than a working day.",
		"outside":    "It asks for contact outside therapy.",
		"attack":     "It insults or threatens the therapist.",
		"change":     "It tells of a change in life, work, medication or a relationship.",
		"practice":   "It is mainly about times, bills, forms or access.",
		"style":      "It is not the kind of message this therapist asks for between appointments.",
	}}
}

func spanishGuidance() Guidance {
	return Guidance{Reasons: map[string]string{
		"intent":     "Dice, en primera persona y sobre ahora o pronto, que alguien piensa quitarse la vida.",
		"plan":       "Habla de una manera, un día, un lugar o un medio para quitarse la vida.",
		"prepare":    "Habla de lo que se hace antes de quitarse la vida: despedidas, últimas cartas, regalar las cosas.",
		"place":      "Dice que alguien está ahora en un lugar peligroso.",
		"act":        "Dice que se hizo, o se está haciendo, algo que pone en peligro una vida.",
		"goodbye":    "Suena a un último mensaje.",
		"thought":    "Habla de no querer vivir o de pensamientos de muerte.",
		"harm":       "Habla de hacerse daño o de las ganas de hacérselo.",
		"other":      "Dice que otra persona podría hacerse daño.",
		"abuse":      "Dice que alguien hace daño, amenaza o controla a quien escribe o a una persona cercana.",
		"violence":   "Habla de hacer daño a alguien, o de pensamientos o voces sobre ello.",
		"child":      "Dice que un niño o una niña puede estar en peligro.",
		"plea":       "Pide ayuda para mantenerse a salvo.",
		"wording":    "Sus palabras juntas suenan a peligro, aunque ninguna frase lo diga sola.",
		"identifier": "Contiene algo que parece una contraseña, un código, una tarjeta, una cuenta o un número de identidad.",
		"length":     "Tiene más de 250 palabras o de 1800 caracteres.",
		"topics":     "Habla de tres o más cosas distintas.",
		"content":    "Quien lea no podría saber qué pasó o qué se quiere decir.",
		"purpose":    "Dice, o no dice, qué quiere quien escribe.",
		"request":    "Dice, o no dice, qué quiere quien escribe.",
		"timing":     "Pide una respuesta antes de un día hábil.",
		"outside":    "Pide contacto fuera de la terapia.",
		"attack":     "Insulta o amenaza a quien hace la terapia.",
		"change":     "Cuenta un cambio en la vida, el trabajo, la medicación o una relación.",
		"practice":   "Trata sobre todo de horarios, facturas, formularios o acceso.",
		"style":      "No es el tipo de mensaje que tu terapeuta pide entre citas.",
	}}
}
