package guidance

import "testing"

var plainPairs = []struct{ danger, harmless string }{
	{"my mum has overdosed", "My mum has overdosed on chocolate and box sets"},
	{"My baby stopped breathing", "My laptop stopped breathing, the fan is gone"},
	{"I shook the baby and he is limp", "I shook the baby's rattle and he laughed so hard"},
	{"He is suffocating me", "He is suffocating me with kindness"},
	{"My wife is stabbing me", "My manager stabbed me in the back in the meeting"},
	{"They have kidnapped me", "They have kidnapped me for a surprise birthday weekend"},
	{"He is forcing me to have sex right now", "He is forcing me to have sushi right now"},
	{"He is making me have sex with his friends", "In the escape room I was kidnapped by a mad scientist"},
	{"I want to shoot up my school tomorrow", "I want to shoot up the rankings tomorrow"},
	{"I'm pulling the trigger", "I'm pulling the trigger on the new kitchen"},
	{"My brother is hanging in the garage", "My brother is hanging out in the garage with his band"},
	{"I found my dad hanging in the shed", "I found my dad hanging wallpaper in the hall"},
	{"My father is coming to kill me", "My father is coming to help me paint"},
	{"My brothers are on their way to kill me", "My brothers are on their way to kill me with laughter at karaoke"},
	{"My daughter cuts herself", "My daughter cuts her own fringe"},
	{"My friend wants to kill himself", "My friend wants to kill his lawn and lay gravel"},
	{"I'm scared my brother will kill himself", "I'm scared my brother will kill my tomatoes"},
	{"I am going to kill my neighbour tonight. The meeting at work went well.", "The deadline is a gun to my head and my boss is whistling"},
	{"I'm about to take the pills I saved. The school meeting went well, the teacher says he reads better.", "My dad stops breathing in his sleep, the clinic gave him a CPAP"},
	{"my flatmate has hanged himself", "My flatmate hung himself a hammock"},
	{"Someone is strangling my neighbour", "Someone is strangling a violin next door"},
	{"Two men are beating my brother outside", "Two men are beating carpets outside"},
	{"he's drowning my son in the bath", "He's drowning his chips in vinegar"},
	{"My stepfather is whipping my little sister with a cable", "My stepfather is whipping cream for the trifle"},
	{"My husband has collapsed and I can't wake him", "My husband's career has collapsed and I can't cheer him up"},
	{"I'm tying the noose", "I'm tying the knot in May"},
	{"I will set fire to my ex's house with her in it", "I will set the table for my ex and her husband"},
	{"He is pointing a gun at my mother", "He is pointing a finger at my mother, as always"},
	{"My ex is driving over here to hurt me and the kids", "My ex is driving over here to drop off the kids"},
	{"My stepdad keeps touching me at night", "My stepdad keeps texting me about the football"},
	{"My boyfriend put his hands around my neck tonight", "My character is stabbing the dragon in the game"},
	{"my girlfriend just slit her wrists", "My sister slit the envelope and screamed with joy"},
	{"My son says he is going to kill himself", "My uncle hanged himself in 1987 and I light a candle every year"},
	{"My housemate is on the window ledge, sixth floor, she says if anyone comes closer she lets go.", "My housemate is on the roof terrace with a flask, she says come up"},
	{"When Marcus falls asleep I will set the bed on fire with him in it", "When Marcus falls asleep I will set the table with him in mind"},
	{"tonights the night, note is done, door is locked", "tonights our first gig, the cake is done, the door is painted"},
	{"my boyfriend reads all my dms and gets mad if i see my friends", "My tutor reads all my essays and cheers when I pass"},
	{"got shoved into the fridge on saturday. he cried after and bought me flowers. so", "I bought a fridge on Saturday and he cried after he saw the price. So"},
	{"Two of the kids I coach told me that their friend made a countdown post", "Two of the kids I coach told me that their friend made the team"},
	{"I've been thinking about suicide again, since the funeral mostly", "My little cousin asked me what suicide means because of a song. I said it's very sad and you tell a grown-up."},
	{"I self harmed last night", "No, it was an accident with a tin lid, I cut my hand and it has healed"},
	{"I'm thinking of ending my life", "My husband asked me if I was thinking of ending things and I said good grief no, I'm thinking of ending the book club."},
	{"I am scared of him, he grabbed my arm and left bruises", "He grabbed my arm on the trail because I'd nearly stepped on a rattlesnake!"},
	{"He says he will strangle me", "i'm not scared of him. im just over it"},
	{"The thoughts of harming the baby came back", "You asked whether the thoughts of harming the baby came back. They haven't, not once since the summer."},
	{"I can't stop thinking about death and I have razor blades in my drawer", "A customer chucked a shoe at me because we'd run out of size fives. Missed."},
	{"My cousin jumped off the car park", "My friend is standing on the podium with a medal"},
	{"I'm loading my dad's shotgun", "I'm loading my dad's van for the move"},
	{"I'm going to poison my husband's dinner", "She's pouring cream on the strudel"},
	{"my aunt is coming to take me abroad to marry a man I've never met", "My aunt is coming to take me to the garden centre"},
	{"my wife has cut her throat", "My wife has cut her throat sweets down to two a day"},
	{"my son punches himself in the head every night", "my son punches above his weight at judo"},
	{"I keep picturing myself hanging", "I keep picturing myself hanging the new curtains"},
	{"There's a man in my house with a knife", "The man with the tool belt is here at last, to fix the boiler"},
	{"They've locked me in the garage and taken my phone", "The kids tied me to a chair playing pirates"},
	{"I took two boxes of ibuprofen", "I took two ibuprofen for my back and feel fine"},
	{"My uncle touches me", "My uncle touches up the skirting boards every spring"},
}

// TestPlain tells danger said in one plain English sentence from sentences that
// are built alike and harmless.
func TestPlain(t *testing.T) {
	for _, c := range plainPairs {
		for want, text := range map[bool]string{true: c.danger, false: c.harmless} {
			found := Review(text, Context{Language: english})
			if got := has(found, CrisisImminent) || has(found, CrisisConcern); got != want {
				t.Errorf("%q: danger %t, found %v", text, got, found)
			}
		}
	}
}
