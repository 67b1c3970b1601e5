package guidance

import (
	"flag"
	"testing"
)

// trainDanger makes the tables of danger anew:
//
//	go test ./shared/guidance -run TestTrainDanger -danger -v
var trainDanger = flag.Bool("danger", false, "make the tables of danger anew")

// mayAlarm is the share of harmless stretches that may raise an alarm in the
// cross-validation. The corpus for training is full of what sounds like danger,
// the Spanish one above all: elsewhere it is about half as many.
var mayAlarm = map[string]float64{english: 0.055, spanish: 0.068}

// roomForDanger is how large a table of danger may become, in bytes.
const roomForDanger = 64 << 10

// dangerLessons reads stretches of messages. Long messages that speak of danger
// are left out: where they speak of it is not known.
func dangerLessons(t *testing.T, rules *ruleset, files ...string) []lesson {
	t.Helper()
	var list []lesson
	for _, file := range files {
		for _, message := range mustReadCorpus(t, file) {
			cells, _ := fold(message.Text)
			a := analyze(message.Text, cells, rules, Context{})
			if message.crisis() && len(a.tokens) > 2*dangerStretch {
				continue
			}
			found, names := a.match(true), gramNames(a, a.harmless(), rules.lang == spanish)
			for first := 0; first < len(a.sentences); first++ {
				from, to := a.sentences[first].from, a.sentences[first].to
				for first+1 < len(a.sentences) && (a.sentences[first+1].to-from <= dangerStretch || message.crisis()) {
					first++
					to = a.sentences[first].to
				}
				l := lesson{
					labelled: message, writer: writerOf(file, message), names: []string{lengthName(to - from)},
					say: mostSay(rules.lang, found),
				}
				for _, here := range names[from:to] {
					l.names = append(l.names, here...)
				}
				list = append(list, l)
			}
		}
	}
	return list
}

// mostSay returns what the finding counts for that counts most, 0 if there is none.
func mostSay(lang string, found []Finding) int {
	most := 0
	for _, f := range found {
		most = max(most, says[lang].of(f))
	}
	return most
}

// TestTrainDanger writes the tables, and prints how a model does on messages of
// writers that it has not learned from, beside the rules.
func TestTrainDanger(t *testing.T) {
	if !*trainDanger {
		t.Log("the tables are made with -danger only")
		return
	}
	for _, c := range []struct {
		lang  string
		files []string
	}{
		{english, []string{"build-en.jsonl", "build-more-en.jsonl", "train-en.jsonl", "danger-en.jsonl"}},
		{spanish, []string{"build-es.jsonl", "train-es.jsonl"}},
	} {
		t.Run(c.lang, func(t *testing.T) { teachDanger(t, c.lang, dangerLessons(t, rulesFor(c.lang), c.files...)) })
	}
}

func teachDanger(t *testing.T, lang string, lessons []lesson) {
	names := vocabulary(lessons)
	danger := course{letter: 'd', cost: 0.3, missed: 1, epochs: 40, again: 1, least: 1, yes: func(l *lesson) bool { return l.crisis() }}
	imminent := course{letter: 'i', cost: 0.3, missed: 1, epochs: 40, again: 1, least: 2, yes: func(l *lesson) bool { return l.has(CrisisImminent) }}
	for i := range lessons {
		l := &lessons[i]
		danger.list = append(danger.list, l)
		if l.crisis() && l.writer != "danger-en.jsonl" { // which is labelled for danger alone
			imminent.list = append(imminent.list, l)
		}
	}
	sums := danger.validate(len(names))
	found := func(i int) bool {
		l, sum := danger.list[i], int((sums[i]+danger.shift)*perUnit)
		return sum+l.say >= enoughDanger
	}
	for danger.shift = 2; danger.shift > -2; danger.shift -= 1.0 / perUnit {
		var present, concern, alarms tally
		for i, l := range danger.list {
			switch {
			case l.has(CrisisImminent):
				present.count(true, found(i))
			case l.crisis():
				concern.count(true, found(i))
			default:
				alarms.count(true, found(i))
			}
		}
		if alarms.recall() <= mayAlarm[lang] {
			t.Logf("at %+.2f, beside the rules: imminent danger noticed %.3f, concern %.3f, false alarms %.3f",
				danger.shift, present.recall(), concern.recall(), alarms.recall())
			break
		}
	}
	sums = imminent.validate(len(names))
	var c tally
	for i, l := range imminent.list {
		c.count(l.has(CrisisImminent), sums[i]*perUnit >= enoughImminent)
	}
	t.Logf("present danger among danger: precision %.3f, recall %.3f", c.precision(), c.recall())
	makeTable(t, "models/danger-"+lang+".txt", lessons, names, []course{danger, imminent}, roomForDanger)
}

var toTell = map[string]struct{ harmless, danger []string }{
	english: {
		[]string{
			"I'm going to hang the new mirror tonight", "We are going to hang out at the bridge tonight",
			"I'm going to trim my beard tonight", "I am going to end it all with the phone contract",
			"We are going to jump off the pier with the kids", "My dad is going to kill me when he finds out about the dent",
			"They hit me with another fee", "I'm going to watch the match tonight", "I am going to bake a cake tonight",
			"I am going to see my sister tonight.",
			"As a fishmonger I spend all day with a knife in my hand and what wears me out is the tax return",
			"I stood at the window and wrote the letter to my late aunt, as you said. I told her goodbye and I feel lighter.",
			"I used to be scared of him and now I am not, we had a good talk on the phone",
			"I had the flu and thought I was dying, sorry for the silence",
			"I'm ending my gym membership",
			"This is my last message about the invoice",
			"I have a gun licence appointment for the farm",
			"She locked me out of the spreadsheet",
			"He grabbed me by the hand and we danced",
			"No, I am not suicidal and I do not mind that you ask. Same time next week?",
			"I do not wish to follow her, there is the dog and the allotment",
			"The kitten is settling in. I am covered in scratches and my doctor gave me a look.",
			"I'm bleeding out my patience with the insurer", "Some nonsense about emails keeps me up",
			"I'm going to bed early tonight", "I'm going to call my mum tonight.", "Everyone would be better off with more sleep",
		},
		[]string{
			"I'm going to hang myself tonight", "I hung the washing and now I will hang myself",
			"I am going to end it all tonight", "I will jump off the pier tonight", "I'm going to jump off the bridge with my kids",
			"My husband is going to kill me when he finds out I told you", "He hit me with another bottle",
			"I'm going to hang myself from the door", "I'm going to hang myself with the curtain", "I will kill myself some time",
			"I'm going to cut my wrists with paper", "I cut myself with the card again", "I want to hang myself on the swing",
			"I'm going to cut my hair and then my wrists", "Tonight I am going to cook dinner and kill myself",
			"Everyone would be better off without me",
			"I cut myself yesterday and I don't know how to tell you.", "I cut myself yesterday, how do I tell my therapist?",
			"I cut myself, how can I talk about it with you?", "I want to die, how do I tell my therapist?",
			"I don't want to live, how do I tell you", "I have suicidal thoughts, how do I tell my therapist?",
			"I don't want to live any more and I don't know how to say it to my therapist",
			"I relapsed with cutting what do i write to my therapist", "how do I tell my therapist I'm suicidal",
			"I'm on the landing outside and I have one leg over.", "The line is in my arm and I pushed the first one. Sorry to whoever is on call.",
			"My brother is kneeling on my mum's chest", "Someone is firing at my front door, I am in the bath with my daughter",
			"My friend od'd in the car, his lips are blue and he makes a snoring noise", "They put me in the car and it is not the way to the airport",
			"Rifle is with me. Cheers for everything.", "They said to marry her or bury her", "I am going in with the hammer, I have had it with him",
			"My uncle beats the maid with a belt and nobody says a word", "He asked me which train line has no fence, he said it was for a drawing",
			"When he loses I pay for it, my ribs hurt when I breathe and he says sorry with flowers", "I thought I was dying and now I want to die",
			"I volunteer for a helpline. I want to kill myself.",
			"My husband is choking me",
			"climbed to the top of the car park",
			"I've come to the top of a cliff",
			"my arms have self harm cuts",
			"self harm scars are fresh, did it today",
			"thoughts of death like a relief",
			"I punched my own back until it bled",
			"my mum asked me if I hurt myself and I said they did not need to know",
			"dad's got mum by the throat, tv still on cricket",
			"found my brother hanging. dont know what to do",
			"he's drugged me",
			"he is setting fire to the house, we're inside",
			"My son is choking and can't breathe",
			"baby went blue and limp in the room",
			"i left the gas on and closed the windows",
			"I have my head in the oven",
			"i just lit a match and im covered in petrol",
			"someone has shot my dad in the garden by the hedge",
			"step off the platform",
			"I want to step off the platform",
			"my uncle puts his hand in my pants",
			"I overdosed, I'm pregnant", "I've taken them all, my phone battery is dying", "he took an overdose, theres empty boxes, he's snoring weird",
			"I've got my dad's gun, I deleted the app", "I have enough pills saved for tonight, I'm pregnant", "I know which bridge, after the match",
			"My dad has hanged himself in the shed next to the lawnmower", "My son has hanged himself, his xbox is still on",
			"My wife stopped breathing, she is pregnant", "I was drugged and raped by a man from a dating app",
			"My husband is coming to kill me, he tracks my iphone", "he hit our four year old with a belt",
			"He is forcing me to have sex with his friends. It started two years ago", "I'm pulling the trigger. I lost the house",
			"My mum has overdosed. She did it 3 years ago too", "he dragged me back by the hair", "he hit me because the alarm went off",
			"My dad is beating me",
			"My mother is beating me",
			"My dad is beating my mum",
			"My wife is choking our son",
			"My wife is unconscious and there are empty pill packets",
			"My mum is unconscious and there are empty bottles",
			"I'm going to kill my boss at the meeting on Thursday",
			"I'm going to shoot my boss tomorrow at the meeting and the report is due at 3pm",
			"My husband is strangling me",
			"He is strangling my mother",
			"A man is following me home",
			"My uncle touched me when he was babysitting yesterday",
		},
	},
	spanish: {
		[]string{
			"Me tomé dos paracetamoles por la cabeza",
			"Mi marido me obliga a ver el fútbol",
			"Ya no quiero morirme, estoy bien",
			"El gato me arañó las muñecas",
			"Mi tío me toca mañana de visita",
			"Voy a cortarme las uñas esta noche", "Mañana me corto el flequillo", "Esta noche voy a colgar las cortinas",
			"Nos tiramos del trampolín con los sobrinos", "Mi madre me va a matar cuando vea la multa del coche",
			"Me han clavado otra comisión", "Voy a ver una película esta noche", "Voy a ver a mi hermana esta noche.",
			"Me corto las venas con una galleta",
			"Le puse veneno a las hormigas de la cocina",
			"Hace tres años salí de la clínica. Entonces quería morirme y hoy me río.",
			"No pienso en morirme, solo estoy cansada", "No, nada de ideas de hacerme daño. Solo cansancio.",
			"Me preguntó la enfermera si quiero hacerme daño y le dije que no",
			"No quiero vivir así. Con «así» me refiero a compartir piso con tres estudiantes.",
			"La alergia me tiene los ojos como si me hubieran golpeado", "Me tomé la pastilla de la tensión con el desayuno",
		},
		[]string{
			"Voy a colgarme de la lámpara", "Voy a cortarme las venas con papel", "Quiero colgarme con la sábana",
			"Voy a colgarme esta noche", "Voy a cortarme el pelo y luego las venas", "Voy a cortarme esta noche",
			"Mi marido me va a matar cuando se entere", "Voy a saltar del puente esta noche",
			"Voy a colgar los cuadros y después me cuelgo yo",
			"Quiero acabar con todo, con el trabajo, con los gritos, conmigo",
			"Mi hijo se ha ahorcado, el videojuego sigue encendido", "Me acaban de violar en el ensayo", "Nos han secuestrado en el teatro",
			"Ayer me corté.", "Me corté anoche", "Ayer me corté y no sé cómo decírtelo", "Quiero morirme, ¿cómo se lo digo a mi terapeuta?",
			"Mi marido me encierra.",
			"mi marido me quiere matar",
			"ayuda me está matando",
			"me violaron anoche",
			"me drogaron y me violaron",
			"están violando a mi hermana",
			"Se está ahogando mi hijo",
			"Sangro y no paro",
			"hay mucha sangre en mi muñeca",
			"mi hija se tiró por el balcón",
			"mi ex está prendiendo fuego a mi casa",
			"Voy a quemarme",
			"mi tío me mete la mano en el pantalón",
			"mi profesor me toca",
			"Me corto cuando pierdo en el juego",
			"Mi tío toca a mi hija cuando la lleva al teatro",
			"Tengo pensamientos suicidas, ¿cómo te lo cuento?",
			"Le echó kerosén al piso y tiene el encendedor en la mano", "Me esnifé tres gramos y no siento la cara",
			"Gritaba y se cortó la llamada, no contesta", "Volvió con el que le rompió la nariz",
			"A la foto de mi difunto le pido que me vaya apartando un lugarcito, que ya no me falta mucho",
			"Se me cruza que le clavo el cuchillo a mi hijo y lo amo", "Estoy en el mirador y dejé las llaves en el asiento",
			"Le dejé la gata a mi tía y le dije que era por un viaje. No hay viaje. Es esta noche.",
			"Estoy afuera de su casa, traigo el bate, nomás que salga",
			"No tengo ganas de morirme, lo que quiero es no despertar", "Me preguntó si quiero hacerme daño y le dije que no, pero mentí",
			"Me tomé todas las pastillas de la tensión", "acabo de tragar cloro", "Acabo de beberme lo de limpiar el baño",
			"Traigo la escuadra en la mochila y estoy afuera de la prepa", "Tengo el sitio, la hora y las cartas.",
		},
	},
}

// TestHarmless tells idioms and harmless things from danger in the same words.
func TestHarmless(t *testing.T) {
	for lang, texts := range toTell {
		for want, list := range map[bool][]string{false: texts.harmless, true: texts.danger} {
			for _, text := range list {
				found := Review(text, Context{Language: lang})
				if got := has(found, CrisisImminent) || has(found, CrisisConcern); got != want {
					t.Errorf("%q: danger %t, found %v", text, got, found)
				}
			}
		}
	}
}
