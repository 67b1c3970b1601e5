package articles_test

import (
	"testing"

	"pleiades/shared/help"
)

// TestAsk holds TARS to what readers found it to do wrongly.
func TestAsk(t *testing.T) {
	index := mustIndex(t)
	for _, c := range []struct {
		what      string
		decision  help.Decision
		passage   string // empty for none
		questions []string
	}{
		{"who tells of their own danger is shown help, also when asking how to tell it", help.Crisis, "", []string{
			"I cut myself yesterday, how do i tell my therapist",
			"I don't want to live, how do I tell my therapist",
			"I have suicidal thoughts, how do I tell my therapist?",
			"how do I tell my therapist I'm suicidal",
			"I relapsed with cutting what do i write to my therapist",
			"i hurt myself on monday, do i write that to my therapist",
		}},
		{"what is for others, and only sounds a little like danger, is declined", help.Declined, "", []string{
			"are sleeping pills addictive", "How many hours between two doses of lorazepam?", "can you crush quetiapine",
		}},
		{"who tells of danger is shown help in another language", help.Crisis, "", []string{
			"je veux mourir", "ich will sterben", "voglio morire", "no quiero vivir", "necesito hablar con alguien, me quiero morir",
		}},
		{"another language is no danger, and finds nothing", help.Unsure, "", []string{
			"hola", "olvidé mi contraseña", "¿cómo cambio mi contraseña?", "no puedo entrar", "¿cuánto tarda en contestar?",
			"wie lange dauert eine antwort", "comment installer l'application", "mein therapeut antwortet nicht", "où est la liste",
		}},
		{"nor is what nothing is known of", help.Unsure, "", []string{"xyzzy", "asdf"}},
		{"nor is a single word", help.Answered, "/help/your-account#log-out-and-what-it-deletes", []string{"logout", "how do I log out"}},
		{"photos and files", help.Answered, "/help/messaging-your-therapist#photos-files-and-voice-messages", []string{
			"Can I send photos or files?", "can i send a video",
		}},
		{"what it costs", help.Answered, "/help/joining-as-a-client#what-does-it-cost", []string{"What does it cost?", "does it cost anything"}},
		{"another therapist", help.Answered, "/help/joining-as-a-client#i-have-an-account-already-a-second-therapist", []string{
			"How do I switch to another therapist?", "how do i get a different therapist",
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			for _, question := range c.questions {
				a := index.Ask(question)
				if a.Decision != c.decision {
					t.Errorf("%q: %s, want %s", question, a.Decision, c.decision)
				}
				switch {
				case c.decision == help.Unsure && len(a.Hits) > 0:
					t.Errorf("%q finds %s", question, told(a.Hits))
				case c.passage != "" && (len(a.Hits) == 0 || a.Hits[0].Path() != c.passage):
					t.Errorf("%q finds %s, want %s", question, told(a.Hits), c.passage)
				}
			}
		})
	}
}
