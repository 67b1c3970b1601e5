package guidance

import "testing"

func TestReviewSmoke(t *testing.T) {
	for _, s := range []string{"I want to die", "i wanna d!e", "I don't want to die", "i want to dieeee", "𝐈 𝐰𝐚𝐧𝐭 𝐭𝐨 𝐝𝐢𝐞 😭", "i want to d i e", "im tired, i want to die", "I wànt  to\u200b die"} {
		t.Logf("%q %+v", s, Review(s, Context{}))
	}
}
