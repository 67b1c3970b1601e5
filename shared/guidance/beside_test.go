package guidance

import (
	"fmt"
	"strings"
	"testing"
)

// besides are harmless matters that people write of in the same breath as danger, of
// the kinds that speak for harmlessness where they are all there is: games, stories,
// work, kitchens, past years.
var besides = map[string][]string{
	english: {
		"%s, the telly is still on with the match and the kids are in the kitchen making pancakes for tea",
		"%s and I have a meeting at work on monday about the new spreadsheet for the sales team",
		"%s. I also need to move our next appointment because my car is at the garage and I have the dentist",
		"%s, I'm at the allotment with the tomatoes and the new hose and it is a lovely sunny day",
		"%s. Thank you for the worksheet, it helped, and see you on thursday at four as always",
		"%s and my sister says hello, she is playing tennis with her friend from the choir this week",
		"%s. We went to the cinema on saturday and the film was good, I laughed a lot and slept well",
		"%s, the novel you lent me is good, I am on the last chapter now, the detective is funny",
		"%s and my patients at the clinic are fine, the nurse on my shift is new, I train her",
		"%s, my phone battery is low, I am on the bus home from football practice with the boys",
		"%s and we were on holiday in a tent last year at this time with my late grandad's old dog",
		"%s, my flatmate is playing a video game with his headset on and the dog is barking",
		"The dentist moved me to next week and the kids have a chess tournament. %s",
		"I finished the thriller and watched the film of it. %s",
	},
	spanish: {
		"%s, la tele sigue con el partido y los niños están en la cocina haciendo tortitas para cenar",
		"%s y el lunes tengo reunión en el trabajo por la nueva hoja de cálculo del equipo de ventas",
		"%s. También tengo que mover la próxima cita porque el coche está en el taller y voy al dentista",
		"%s, estoy en el huerto con los tomates y la manguera nueva y hace un día muy bonito",
		"%s. Gracias por la hoja de ejercicios, me ayudó, nos vemos el jueves a las cuatro como siempre",
		"%s y mi hermana te manda saludos, esta semana juega al tenis con su amiga del coro",
		"%s. El sábado fuimos al cine y la película estuvo bien, me reí mucho y dormí bien",
		"%s, la novela que me prestaste es buena, voy por el último capítulo, el detective es gracioso",
		"%s y mis pacientes de la clínica están bien, la enfermera de mi turno es nueva",
		"%s, me queda poca batería, voy en el bus a casa desde el fútbol con los chicos",
		"%s y nosotros estábamos de vacaciones el año pasado por estas fechas con el perro de mi abuelo",
		"%s, mi compañero de piso juega a un videojuego con los cascos y el perro ladra",
		"El dentista me cambió la cita y los niños tienen torneo de ajedrez. %s",
		"Terminé el libro y vi la película. %s",
	},
}

// TestBeside tells danger beside each of those matters: a person in danger writes of
// more than that, and it must not silence what is heard where danger is all there is.
func TestBeside(t *testing.T) {
	dangers := map[string][]string{english: toTell[english].danger, spanish: append(toTell[spanish].danger, spanishPersons[true]...)}
	for _, c := range plainPairs {
		dangers[english] = append(dangers[english], c.danger)
	}
	for lang, list := range dangers {
		silent := 0
		var report strings.Builder
		for _, danger := range list {
			for _, beside := range besides[lang] {
				text := fmt.Sprintf(beside, strings.TrimRight(danger, ". "))
				found := Review(text, Context{Language: lang})
				if !has(found, CrisisImminent) && !has(found, CrisisConcern) {
					silent++
					fmt.Fprintf(&report, "\n%q", text)
				}
			}
		}
		all := len(list) * len(besides[lang])
		t.Logf("%s: %d of %d are silent", lang, silent, all)
		if most := map[string]int{english: 2, spanish: 1}[lang]; silent*100 > most*all {
			t.Errorf("%s: more than %d in a hundred:%s", lang, most, report.String())
		}
	}
}
