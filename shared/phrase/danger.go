package phrase

// Danger are the words of the help in danger, which opens in the place where it is
// needed: in the language of the text that speaks of danger.
type Danger struct {
	Lang      string // BCP 47 tag
	Crisis    Crisis
	Title     string // what TARS answers
	Text      string
	Away      string // the panel is closed
	Show      string
	ShowShort string // where there is one line only
	Hide      string
	Now       string // said at once to screen readers
	For       string // label of the countries
	Choose    string // no country is chosen
	NoNumber  string // until then
	Emergency func(service, number string) string
	Call      func(number, name string) string
	Write     func(what, name string) string
	Chat      func(name string) string
	Person    func(name string) string
	Plan      string
	PlanHint  string
	PlanNew   string // nothing is written in it yet
	All       string
	Elsewhere string
	Status    string // what the words about an entry mean
	Sent      string // a message about danger was sent
	SentText  string

	// Of sending what is in the box: a message, an item of a next-appointment list,
	// a text for support, what somebody tries.
	Sending        string
	SendingItem    string
	SendingSupport string
	SendingNothing string
}

// DangerIn returns the words for texts in a language, English ones for a language
// without.
func DangerIn(lang string) *Danger {
	if lang == "es" {
		return spanishDanger()
	}
	return englishDanger()
}

func englishDanger() *Danger {
	return &Danger{
		Lang:      "en",
		Crisis:    englishCrisis(),
		Title:     "Please reach a person now",
		Text:      "I am a program and cannot help with this, but these people can. If someone is in danger, please call now.",
		Away:      "Help is one tap away.",
		Show:      "Show people who help now",
		ShowShort: "Show it",
		Hide:      "Hide",
		Now:       "After the box there are people you can reach right now.",
		For:       "Numbers for",
		Choose:    "Choose your country",
		NoNumber:  "Numbers work only in their own country, so please choose yours. In danger, call your local emergency number.",
		Emergency: func(service, number string) string { return "Call " + number + " – " + service },
		Call:      func(number, name string) string { return "Call " + number + " – " + name },
		Write:     func(what, name string) string { return what + " – " + name },
		Chat:      func(name string) string { return "Chat online – " + name },
		Person:    func(name string) string { return "Call " + name },
		Plan:      "My safety plan",
		PlanHint:  "Your own steps, in your own words",
		PlanNew:   "Write down what helps you",
		All:       "All numbers",
		Elsewhere: "Lines in other countries",
		Status:    "Not verified: nobody has compared this number with its source yet. If it does not work, try the next one.",
		Sent:      "Please do not wait here alone",
		SentText:  "Your message will reach your therapist, but nobody watches messages around the clock. These people answer now.",

		Sending:        "You can still send your message. But nobody watches messages around the clock, so please do not wait for an answer here.",
		SendingItem:    "Nobody watches this list, and it may not be read before you meet. Please do not wait for an answer here.",
		SendingNothing: "Nothing in this box is sent. If it is true for you, please do not wait: these people answer now.",
		SendingSupport: "Support is not for emergencies. Please do not wait for an answer here.",
	}
}

func spanishDanger() *Danger {
	return &Danger{
		Lang:      "es",
		Crisis:    spanishCrisis(),
		Title:     "Por favor, habla con una persona ahora",
		Text:      "Soy un programa y no puedo ayudar con esto, pero estas personas sí. Si alguien está en peligro, llama ahora, por favor.",
		Away:      "La ayuda está a un toque.",
		Show:      "Ver quién puede ayudarte ahora",
		ShowShort: "Ver",
		Hide:      "Ocultar",
		Now:       "Después del cuadro de texto hay personas con las que puedes hablar ahora mismo.",
		For:       "Números para",
		Choose:    "Elige tu país",
		NoNumber:  "Los números solo funcionan en su propio país, así que elige el tuyo, por favor. Si hay peligro, llama al número de emergencias de tu zona.",
		Emergency: func(service, number string) string { return "Llama al " + number + " – " + service },
		Call:      func(number, name string) string { return "Llama al " + number + " – " + name },
		Write:     func(what, name string) string { return what + " – " + name },
		Chat:      func(name string) string { return "Chat en línea – " + name },
		Person:    func(name string) string { return "Llama a " + name },
		Plan:      "Mi plan de seguridad",
		PlanHint:  "Tus propios pasos, con tus palabras",
		PlanNew:   "Escribe lo que te ayuda",
		All:       "Todos los números",
		Elsewhere: "Líneas en otros países",
		Status:    "Sin verificar: nadie ha comparado todavía este número con su fuente. Si no funciona, prueba el siguiente.",
		Sent:      "Por favor, no esperes aquí a solas",
		SentText:  "Tu mensaje llegará a tu terapeuta, pero nadie está pendiente de los mensajes las 24 horas. Estas personas responden ahora.",

		Sending:        "Aun así puedes enviar tu mensaje. Pero nadie está pendiente de los mensajes las 24 horas: por favor, no esperes aquí una respuesta.",
		SendingItem:    "Nadie está pendiente de esta lista, y quizá no se lea antes de que se vean. Por favor, no esperes aquí una respuesta.",
		SendingNothing: "Nada de lo que escribes en este cuadro se envía. Si te está pasando de verdad, por favor, no esperes: estas personas responden ahora.",
		SendingSupport: "El equipo de soporte no atiende emergencias. Por favor, no esperes aquí una respuesta.",
	}
}
