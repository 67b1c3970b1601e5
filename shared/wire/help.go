package wire

import "pleiades/shared/message"

// MaxRemark is how long words about an article may be, in characters.
const MaxRemark = 1000

// ArticleRating says whether an article of the Help Center was helpful. Nobody
// is asked who says so.
type ArticleRating struct {
	Article string `json:"article" doc:"The last part of its address."`
	Helpful bool   `json:"helpful"`
}

// ArticleRemark is what someone says about an article, whom nobody asks who
// they are.
type ArticleRemark struct {
	Article string       `json:"article" doc:"The last part of its address."`
	Helpful bool         `json:"helpful" doc:"What the same person answered before."`
	Text    message.Text `json:"text" doc:"1 to 1,000 characters."`
}
