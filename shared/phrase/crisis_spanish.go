package phrase

import "pleiades/shared/crisis"

func spanishCrisis() Crisis {
	return Crisis{
		Page:          "Ayuda ahora mismo",
		Description:   "Números de emergencia y líneas de ayuda por país: personas a las que puedes llamar o escribir ahora.",
		Lead:          "No tienes que pasar por esto a solas. Estas personas escuchan justo en momentos así. No necesitas un motivo especial para llamar.",
		NotHere:       "En Pleiades nadie está pendiente de los mensajes las 24 horas. Tu terapeuta puede tardar horas o días en ver un mensaje. En una emergencia, no esperes aquí una respuesta.",
		Danger:        "Si tú o alguien cerca de ti está en peligro ahora, llama al número de emergencias del país donde estás.",
		BackToApp:     "Volver a Pleiades",
		Choose:        "Elige el país donde estás",
		ChooseHint:    "Los números solo funcionan en su propio país, por eso nunca adivinamos el tuyo.",
		All:           "Ver todos los países en una página",
		Print:         "Puedes imprimir esta página: se imprime el país que elegiste.",
		Elsewhere:     "¿Tu país no está en la lista?",
		ElsewhereHint: "Este directorio gratuito reúne líneas de ayuda de muchos países más.",
		Emergency:     "Emergencias",
		Lines:         "Personas que escuchan",
		Call:          func(number string) string { return "Llama al " + number },
		Text:          func(number string) string { return "Envía un SMS al " + number },
		TextWord:      func(word, number string) string { return "Envía " + word + " por SMS al " + number },
		Chat:          "Chat en línea",
		OpenAlways:    "Atiende día y noche",
		OpenSpan:      func(hours string) string { return "Atiende todos los días, " + hours + ", hora local" },
		OpenUnknown:   "No se sabe el horario",
		Spoken:        func(languages string) string { return "Idiomas: " + languages },
		Services: map[crisis.Service]string{
			crisis.AllServices: "Policía, ambulancia, bomberos",
			crisis.Ambulance:   "Ambulancia",
			crisis.Police:      "Policía",
			crisis.Fire:        "Bomberos y rescate",
		},
		Audiences: map[crisis.Audience]string{
			crisis.Everyone:   "Para todas las personas",
			crisis.Youth:      "Para niñas, niños y jóvenes",
			crisis.LGBTQ:      "Para personas LGBTQ+",
			crisis.Veterans:   "Para veteranas y veteranos de las fuerzas armadas",
			crisis.Abuse:      "Maltrato y violencia",
			crisis.Men:        "Para hombres",
			crisis.Indigenous: "Para personas indígenas",
			crisis.Older:      "Para personas mayores",
		},
		Languages: map[string]string{
			"ar": "árabe", "bg": "búlgaro", "cs": "checo", "cy": "galés", "da": "danés", "de": "alemán", "el": "griego",
			"en": "inglés", "es": "español", "et": "estonio", "fa": "persa", "fi": "finés", "fr": "francés",
			"he": "hebreo", "hr": "croata", "hu": "húngaro", "id": "indonesio", "is": "islandés", "it": "italiano",
			"ja": "japonés", "ko": "coreano", "lb": "luxemburgués", "lt": "lituano", "lv": "letón", "nl": "neerlandés",
			"no": "noruego", "pl": "polaco", "pt": "portugués", "ro": "rumano", "ru": "ruso", "sk": "eslovaco",
			"sl": "esloveno", "sq": "albanés", "sr": "serbio", "sv": "sueco", "th": "tailandés", "tr": "turco",
			"uk": "ucraniano", "vi": "vietnamita", "yue": "cantonés", "zh": "chino",
		},
		Statuses: map[crisis.Status]string{
			crisis.Verified:   "Verificado",
			crisis.Stale:      "Verificado hace demasiado tiempo",
			crisis.Unverified: "Sin verificar",
		},
		VerifiedOn:   "Comparado con su fuente por última vez el",
		Source:       "Fuente:",
		ArchivedCopy: "Fuente, leída en una copia archivada:",
		AboutSources: "Los números cambian. Cada entrada dice dónde se leyó. Sin verificar significa que nadie la ha comparado todavía con la página de la propia organización: seguramente es correcta, pero si no funciona, llama al número de emergencias o prueba otra línea.",
	}
}
