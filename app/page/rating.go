package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// ratingID is the element id of the box for words about an article.
const ratingID = "rating-words"

// rating asks whether an article was helpful. It needs no account and says
// nothing of who answers.
type rating struct {
	app.Compo

	*env
	following
	article string
	ctx     app.Context
	awake   bool
	rated   bool
	waits   bool // it is on the device alone
	helpful bool
	told    bool
	busy    bool
	err     string
}

func newRating(e *env, article string) *rating { return &rating{env: e, article: article} }

// CompoID makes the question about each article one of its own.
func (r *rating) CompoID() string { return r.article }

// OnMount lets people answer.
func (r *rating) OnMount(ctx app.Context) {
	r.ctx, r.awake = ctx, true
	r.begin(ctx, r.State, r.forget)
}

// forget drops the answer and the words of a person who has left.
func (r *rating) forget() {
	r.rated, r.waits, r.helpful, r.told, r.err = false, false, false, false, ""
	setValue(ratingID, "")
}

// rate sends yes or no.
func (r *rating) rate(helpful bool) app.EventHandler {
	return func(app.Context, app.Event) {
		var waits bool
		r.send(func(ctx context.Context) (err error) {
			waits, err = r.Client.RateArticle(ctx, wire.ArticleRating{Article: r.article, Helpful: helpful})
			return err
		}, func() { r.rated, r.waits, r.helpful = true, waits, helpful })
	}
}

// tell sends words.
func (r *rating) tell(_ app.Context, e app.Event) {
	e.PreventDefault()
	text := message.Normalize(message.Text(value(ratingID)))
	switch {
	case text == "":
		r.err = r.words.Help.Empty
		return
	case message.Length(text) > wire.MaxRemark:
		r.err = r.words.Help.TooLong
		return
	}
	r.send(func(ctx context.Context) error {
		return r.Client.RemarkOnArticle(ctx, wire.ArticleRemark{Article: r.article, Helpful: r.helpful, Text: text})
	}, func() { r.told = true })
}

// send asks the server. Without an answer it says so: words do not wait on the
// device.
func (r *rating) send(do func(context.Context) error, done func()) {
	if r.busy {
		return
	}
	r.busy, r.err = true, ""
	r.ctx.Async(func() {
		err := do(context.Background())
		r.ctx.Dispatch(func(app.Context) {
			r.busy = false
			var problem *wire.Problem
			switch {
			case err == nil:
				done()
			case errors.As(err, &problem) && problem.Code == wire.CodeTooManyRequests:
				r.err = r.words.Help.TooOften
			case errors.As(err, &problem):
				r.err = sentence(explain(r.words, problem))
			default:
				r.err = r.words.Help.NotSent
			}
		})
	})
}

// Render draws the question, then the box for words, then thanks.
func (r *rating) Render() app.UI {
	words := &r.words.Help
	var content []app.UI
	switch {
	case r.told:
		content = []app.UI{app.P().Class("rating-thanks").Text(words.WordsThanks)}
	case r.rated:
		thanks := words.Thanks
		if r.waits {
			thanks += " " + words.Waits
		}
		content = []app.UI{
			app.P().Class("rating-thanks").Text(thanks),
			app.Form().Class("rating-form").OnSubmit(r.tell).Body(
				app.Label().Class("label").For(ratingID).Text(words.Words),
				app.P().Class("hint").ID("rating-hint").Text(words.WordsHint),
				app.Textarea().ID(ratingID).Class("input rating-words").DataSet("testid", ratingID).
					Attr("autocomplete", "off").Rows(3).Dir("auto").Aria("describedby", "rating-hint rating-error"),
				app.Button().Type("submit").Class(ui.Quiet).DataSet("testid", "rating-send").Text(words.Send),
			),
		}
	default:
		content = []app.UI{
			app.P().Class("rating-question").Text(words.Helpful),
			app.Div().Class("rating-answers").Body(
				r.button("rating-yes", words.Yes, true), r.button("rating-no", words.No, false),
			),
		}
	}
	return app.Section().Class("rating").Aria("label", words.Helpful).DataSet("testid", "rating").Body(
		app.Div().Class("rating-body").Role("status").Body(content...),
		app.P().Class("field-error").ID("rating-error").Role("alert").DataSet("testid", "rating-error").Text(r.err),
	)
}

func (r *rating) button(testID, text string, helpful bool) app.UI {
	b := app.Button().Type("button").Class(ui.Quiet).DataSet("testid", testID).Text(text).
		OnClick(r.rate(helpful), app.EventScope(testID))
	if !r.awake {
		b = b.Disabled(true)
	}
	return b
}
