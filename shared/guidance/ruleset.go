package guidance

// ruleset is a book compiled for matching. It does not change any more.
type ruleset struct {
	lang      string
	spelling  map[string]string   // every known word, as itself
	ids       map[string]int32    // of known words, from 1
	say       map[string][]string // what short forms stand for
	fuzzy     map[string]string   // a word less one letter → the word
	classIDs  map[string]int32    // by name, from 0
	ofWord    [][]int32           // classes by word
	stems     map[string][]int32  // classes by stem
	patterns  []pattern
	starters  [][]int32      // by word: its classes that patterns begin with
	byWord    [][]candidates // patterns that begin with a word
	byClass   [][]candidates // patterns that begin with a class
	breakers  int32          // the class of words that begin a clause, or -1
	subjects  int32          // the class of words that begin one after those of joiners, or -1
	joiners   int32
	guards    []guard
	rules     []rule
	cards     []card
	tags      int // targets that are not classes: len(classIDs)+tag
	judges    []judge
	danger    func() *model // nil: there is none for the language
	stemRange [2]int        // lengths of the shortest and longest stem
}

// pattern is a sequence that makes its target: a class, or a tag of a rule or a
// guard.
type pattern struct {
	target int32
	before []item  // conditions on what comes before the first item
	items  []item  // the first consumes a word or a class
	needs  []int32 // words, and classes after all words, that must follow
	far    bool    // reaches over the ends of sentences
}

// candidates are patterns that begin alike and cannot match unless the same
// words or classes follow.
type candidates struct {
	need, too int32 // as in needs, or what is always there
	patterns  []int32
}

type item struct {
	kind     itemKind
	optional bool
	id       int32 // word or class
	n        int32 // longest gap
}

type itemKind uint8

const (
	itemWord          itemKind = iota
	itemClass                  // id is a class
	itemAny                    // _
	itemGap                    // ..3
	itemFarGap                 // ~3: over the ends of sentences
	itemNotNext                // !x: x does not follow; id is a class
	itemNotBefore              // -x: x does not precede; id is a class
	itemClauseStart            // ^
	itemSentenceStart          // ^^
	itemClauseEnd              // $
	itemSentenceEnd            // $$
)

type guard struct {
	name   string
	place  place
	within int32
	tag    int32
	but    int32 // tag of the exceptions, or -1
}

type rule struct {
	name    string // language/reason/name
	code    Code
	tag     int32
	not     int32   // tag of the patterns that void it, or -1
	unless  []int32 // guards
	needs   []int32 // classes
	with    []int32
	without []int32
}

// card adds up the weights of signs.
type card struct {
	rule
	enough, sentences int
	signs             []sign
}

type sign struct {
	weight int
	tag    int32
}

// built-in classes, known by kind rather than by word.
var kindClasses = []struct {
	name string
	kind kind
}{{"#number", kindNumber}, {"#big", kindBig}, {"#time", kindTime}, {"#name", kindName}, {"#quoted", kindQuoted}, {"#upper", kindUpper}}
