// Package guidance owns what is said about a message while it is being
// written: that it speaks of danger, that a reader could not tell what is
// meant, that it holds a password. Review finds, Show picks what a compose box
// shows. The rules speak English and Spanish.
//
// It must not decide whether a message may be sent (that is
// message.Draft.Validate), must not do I/O, and must not hold words that a
// person sees (those are in phrase). It runs at every keystroke, the same in
// the browser and on the server.
//
// # From text to findings
//
// fold makes every character comparable (no case, accents, curly quotes,
// look-alikes) and remembers its place in the original. lex cuts words and
// sentences and spells words as rules expect: don't, dont → do not; gonna →
// going to; k!ll, k1ll, killll → kill; 💊 → :pill:. Words that no rule knows
// stay as they are, and are matched by stems only. Then the patterns of the
// language are matched, and judges look at the whole.
//
// # Rules
//
// Rules are files in rules/, one block after another. A line at the margin
// begins a block, indented lines belong to it, # begins a comment line. All
// words are written in lower case, without accents and apostrophes, and as they
// are after spelling out: "do not", never "dont" (compiling spells out short
// forms). Four kinds of block matter:
//
//	class die = die | dying | be dead | perish* | {pass} away
//	  | not wake up
//
// is a class: words, stems (perish* is perish, perished …), phrases, phrases
// with classes inside. A class may be used before it is defined, and by every
// file of its language, but not within itself.
//
//	rule intent/want-to-die crisis_concern unless negated fiction needs danger
//	  {i} {really}? {want} to {die}
//	  (better off|happier) ..2 dead
//	  not: i want to die my hair
//
// is a rule: reason/name, code, then its patterns, any of which fires it. The
// reason is the key of its explanation in the catalogue. Of a pattern:
//
//	word        that word            {class}     a class of one or more words
//	(a|b c|d*)  one of these         {x}? (x)?   optional
//	cuts?       cuts or cut          (a|$)       a, or the end of the clause
//	_           any one word         ..3         up to three words, in the sentence
//	~3          up to three words,   !x          the next word is not x
//	            over sentence ends   -x          (first) the word before is not x
//	^  ^^       (first) start of a   $  $$       (last) end of a clause,
//	            clause, a sentence               of a sentence
//
// Patterns never reach over the end of a sentence (. ? ! or a line end) except
// by ~. They do reach over commas. Built-in classes are {#number}, {#time}
// (3pm, 15:30), {#name} (a capital letter within a sentence), {#quoted} and
// {#upper}.
//
// After the code of a rule may stand: unless GUARD …, needs CLASS … (each
// occurs within 60 words), with CLASS … (in the sentence), without CLASS … (not in
// the text). A "not: " pattern voids the matches it shares a word with.
//
//	guard negated before 3
//	  not
//	  but not only
//
// is a guard, whose words void a match by where they stand: "before 3": in the
// same clause, at most three words before the match, or in one of its gaps; "after 3"; "near 3"
// (either side, in the sentence); "over" (sharing a word); "clause"; "sentence";
// "message". A "but " pattern excuses the guard's words that it shares a word
// with. Blocks of the same name add up to one guard. Clauses end at
// punctuation, before the words of the class break, and before those of the class
// subject where one of the class join stands before them.
//
//	card signs/ending crisis_imminent 5 in 3 unless fiction
//	  2 {means}
//	  1 (tonight|alone)
//
// is a card: it fires where signs that weigh 5 or more together, each counted
// once, occur within three sentences in a row ("in 0": in the whole text).
//
// The blocks say (short forms), fuzzy (words also known with one letter wrong)
// and function (words that tell the language) are lists.
//
// # To add rules, classes, guards
//
// Write them in the file of the language and kind: rules/en-safety.rules,
// rules/en-advice.rules, rules/es-safety.rules, rules/es-plain.rules …; classes and guards of
// en-base.rules may be used in all English files. A class name exists once a
// language. What patterns cannot say is a judge: a Go function over the
// analysis, listed in englishJudges or spanishJudges:
//
//	{"request/none", UnclearRequest, func(a *analysis) (hit, bool) {
//		return hit{}, !a.Asks() && !a.HasAny("request", "purpose")
//	}},
//
// It sees tokens, sentences, classes (Has, HasAny, In, Places, Count), the
// context, and the findings so far (Found); hit{} stands for the whole text. Classes
// that only judges use are written like any other.
//
// The class harmless, in rules/en-harmless.rules and rules/es-harmless.rules,
// holds idioms and what is done with harmless things ("hang the pictures"). It
// voids rules that name the guard idiom or harmless, and its words weigh nothing
// in the models of danger.
//
// # The models
//
// Whether a message is vague, asks nothing or speaks of many things no single
// pattern tells, and danger is told in words that no rule foresees. Models add
// up weights instead: of words, of two and three words in a row, and, for
// advice, of observations such as cues and counts. models/ holds their tables
// (see model), made by
//
//	go test ./shared/guidance -run TestTrainAdvice -train -v
//	go test ./shared/guidance -run TestTrainDanger -danger -v
//
// which print how well they do on messages of writers they have not learned
// from. Make those of advice anew after changing a class that an observation
// of the tables names.
//
// # Corpus
//
// testdata/corpus holds labelled messages. Rules are written against the build
// files; the score and unseen files are for numbers only: do not read them.
package guidance
