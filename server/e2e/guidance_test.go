package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pleiades/server/store/storetest"
)

// advised are texts, each with the card that it brings, and the text it becomes
// by the edit after which the card is gone.
var advised = []struct{ code, level, lang, text, mended string }{
	{"crisis_imminent", "safety", "en", "I am going to kill myself tonight.", "My sister is cooking for us."},
	{"crisis_imminent", "safety", "es", "Voy a matarme esta noche.", "Mi hermana cocina para la familia."},
	{"crisis_concern", "safety", "en", "Sometimes I think everyone would be better off without me.", "Sometimes I think more sleep would help me."},
	{"sensitive_identifier", "advice", "en", "Please charge my card 4111 1111 1111 1111 for March.", "Please charge my card for March."},
	{"urgent_timing", "advice", "en", "My landlord comes at noon. Please reply now, what should I tell him?", "My landlord comes next week. What could I tell him?"},
	{"boundary", "advice", "en", "Can we get a coffee on Sunday, just as friends?", "I notice that I wish we were friends. Can we talk about that next time?"},
	{"many_topics", "advice", "en", topics, "I cannot sleep since Monday. What could I try first?"},
	{"vague", "advice", "en", "Everything is off again. Can you help?", "Since Sunday I wake up at four and lie there worrying about work. What could I try?"},
	{"unclear_request", "advice", "en", "I saw my father on Saturday and we argued about the garden.",
		"I saw my father on Saturday and we argued about the garden. I would like to talk about it next time."},
	{"unclear_request", "advice", "es", "El sábado vi a mi padre y discutimos por el jardín.",
		"El sábado vi a mi padre y discutimos por el jardín. Me gustaría hablarlo en la próxima cita."},
	{"relevant_update", "praise", "en", "On Monday I started the new job. This is just so that you know.", "On Monday I watered the plants. This is just so that you know."},
	{"clear_request", "praise", "en", "The breathing exercise makes me dizzy. Should I stop, or do it shorter?", "It is about the thing from last time."},
	{"logistics", "note", "en", "Can we move our appointment from Tuesday to Wednesday at 3pm?", "Can we talk about my father on Wednesday?"},
	{"too_long", "advice", "en", long, "On the way home we spoke about the garden again."},
}

// topics are several.
const topics = "My sleep is bad again. Work is too much and my boss shouts. My mother wants to move in with us. And I need the invoice for October. Can you help?"

// long has 400 words.
var long = strings.TrimSpace(strings.Repeat("On the way home we spoke about the garden again. ", 40))

// openToWrite logs the client in and opens the conversation with the therapist.
func (s *Server) openToWrite(t *testing.T) (*Browser, *Tab) {
	t.Helper()
	browser, client := s.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	return browser, client
}

// Type puts a text into the box as pasting does, at the caret.
func (tab *Tab) Type(text string) {
	tab.t.Helper()
	tab.do("type", chromedp.Evaluate(fmt.Sprintf(`{
		const box = document.querySelector('[data-testid="compose-input"]');
		box.focus();
		document.execCommand("insertText", false, %s);
	}`, quote(text)), nil))
}

// caret returns the part of the box that is selected, and whether the focus is
// in it.
func (tab *Tab) caret() (start, end int, inBox bool) {
	tab.t.Helper()
	at := eval[[]int](tab, `(({ activeElement: e }) => e.dataset.testid === "compose-input" ? [e.selectionStart, e.selectionEnd] : [])(document)`)
	if len(at) == 0 {
		return 0, 0, false
	}
	return at[0], at[1], true
}

// SelectText selects a part of the box; where start and end are the same, it
// puts the caret there.
func (tab *Tab) SelectText(start, end int) {
	tab.t.Helper()
	tab.do("select", chromedp.Evaluate(fmt.Sprintf(`{
		const box = document.querySelector('[data-testid="compose-input"]');
		box.focus();
		box.setSelectionRange(%d, %d);
	}`, start, end), nil))
}

// expectCaret fails the test unless the caret is in the box, at a place.
func (tab *Tab) expectCaret(at int) {
	tab.t.Helper()
	if start, end, inBox := tab.caret(); !inBox || start != at || end != at {
		tab.t.Errorf("the caret is at %d to %d (in the box: %t), want %d", start, end, inBox, at)
	}
}

// TestGuidance sees each kind of advice come while its text is written and
// leave with it, the caret and the focus where they were.
func TestGuidance(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)

	for _, c := range advised {
		t.Run(c.code+" in "+c.lang, func(t *testing.T) {
			card := id("guidance-" + c.code)
			client.Fill(id("compose-input"), "")
			client.WaitGone(card)
			client.Type(c.text)
			client.Wait(card)
			if got := client.Attribute(card, "data-level"); got != c.level {
				t.Errorf("its level is %q, want %q", got, c.level)
			}
			if got := client.Attribute(card, "lang"); got != c.lang {
				t.Errorf("it is in %q, want %q", got, c.lang)
			}
			if c.code == "crisis_imminent" {
				if got := client.Attribute(id("crisis-panel"), "lang"); got != c.lang {
					t.Errorf("the help is in %q, want %q", got, c.lang)
				}
			}
			end := len(utf16.Encode([]rune(c.text)))
			client.expectCaret(end)
			client.Shoot("guidance-" + c.code + "-" + c.lang)
			client.SelectText(0, end)
			client.Type(c.mended)
			client.WaitValue(id("compose-input"), c.mended)
			client.WaitGone(card)
		})
	}

	t.Run("leaves the caret alone in the middle of a text", func(t *testing.T) {
		client.Fill(id("compose-input"), "")
		const before, after = "Please charge 4111 1111 1111 111", " for March."
		client.Type(before + after)
		client.SelectText(len(before), len(before))
		client.Press("1")
		client.Wait(id("guidance-sensitive_identifier"))
		client.expectCaret(len(before) + 1)
		client.Press(kb.Backspace)
		client.WaitGone(id("guidance-sensitive_identifier"))
		client.expectCaret(len(before))
	})

	t.Run("leaves the box where it is", func(t *testing.T) {
		const bottom = `document.querySelector('[data-testid="compose-input"]').getBoundingClientRect().bottom`
		client.Fill(id("compose-input"), "")
		before := eval[float64](client, bottom)
		client.Type(heavyWords)
		client.Wait(id("guidance-crisis_concern"))
		if after := eval[float64](client, bottom); after != before {
			t.Errorf("its lower edge moved from %v to %v", before, after)
		}
	})

	t.Run("leaves the caret and the emergency number in view, however long the text and small the window", func(t *testing.T) {
		for _, length := range []int{0, 300, len(long)} {
			client.Fill(id("compose-input"), "")
			client.Type(long[:length] + " " + dangerWords)
			client.Wait(id("crisis-panel"))
			ways := id("crisis-emergency")
			if length == 0 {
				ways = id("crisis-country") // it asks for the country first
			}
			for _, size := range smallWindows {
				client.Resize(size[0], size[1], size[0] < 500)
				client.expectInSight(fmt.Sprintf("%d characters", length), ways, id("compose-send"), id("compose-input"))
				if left := eval[float64](client, `((box) => box.scrollHeight - box.scrollTop - box.clientHeight)(document.querySelector("#compose"))`); left > 8 {
					t.Errorf("%d characters, %d×%d: the caret's line is %v px below what is seen of the box", length, size[0], size[1], left)
				}
			}
			if length == 0 {
				client.Choose(id("crisis-country"), "US")
				client.Wait(id("crisis-emergency"))
			}
		}
		client.Shoot("help-long")
		client.SelectText(0, 0)
		client.Resize(360, 640, true)
		if top := eval[float64](client, `document.querySelector("#compose").scrollTop`); top != 0 {
			t.Errorf("the caret's line, the first, is %v px above what is seen of the box", top)
		}
		client.restore()
	})

	t.Run("tells screen readers of a new card when the writer pauses, and only then", func(t *testing.T) {
		const status = `document.querySelector('[data-testid="guidance-status"]').textContent`
		client.Fill(id("compose-input"), "")
		client.Type("Everything is off again. Can you help?")
		client.Wait(id("guidance-vague"))
		if said := eval[string](client, status); said != "" {
			t.Errorf("says at once: %q", said)
		}
		client.WaitFor("the card to be announced", status+` !== ""`)
		client.Press("!")
		client.WaitFor("silence", status+` === ""`)
		client.Press("!")
		client.WaitFor("more silence", `new Promise((done) => setTimeout(() => done(`+status+` === ""), 1500))`)
	})

	t.Run("cards come after the box for the keyboard", func(t *testing.T) {
		client.SelectText(0, 0)
		client.Press(kb.Tab + kb.Tab)
		if !eval[bool](client, `document.activeElement.closest('[data-testid^="guidance-"]') !== null`) {
			t.Error("the second Tab leads elsewhere")
		}
	})

	client.Fill(id("compose-input"), "")
	client.WaitCount(id("guidance")+" [data-level]", 0)
}

// smallWindows are widths and heights in CSS pixels of telephones, with and
// without a keyboard on the screen, and of windows on small laptops.
var smallWindows = [][2]int64{
	{390, 440}, {390, 500}, {390, 560}, {360, 640}, {375, 667}, {390, 844}, {1366, 650}, {1280, 720}, {1440, 780},
}

// expectInSight fails the test unless the elements are seen whole without
// scrolling.
func (tab *Tab) expectInSight(when string, selectors ...string) {
	tab.t.Helper()
	for _, selector := range selectors {
		if hidden := eval[string](tab, cutOff+`(`+quote(selector)+`)`); hidden != "" {
			tab.t.Errorf("%s: %s", when, hidden)
		}
	}
}

// cutOff is JavaScript for which sides of an element are out of sight, of the
// window or of what scrolls around it; empty for none.
const cutOff = `((selector) => {
	const e = document.querySelector(selector);
	if (!e) return "there is no " + selector;
	const seen = e.getBoundingClientRect();
	for (let around = e.parentElement; around; around = around.parentElement) {
		const frame = around === document.documentElement ? { top: 0, bottom: innerHeight } :
			getComputedStyle(around).overflowY === "visible" ? null : around.getBoundingClientRect();
		if (frame && (seen.height < 1 || seen.top < frame.top - 1 || seen.bottom > frame.bottom + 1))
			return innerWidth + "×" + innerHeight + ": " + selector + " from " + seen.top + " to " + seen.bottom + " in ." + around.className + " from " + frame.top + " to " + frame.bottom;
	}
	return "";
})`

const (
	heavyWords  = "Sometimes I think everyone would be better off without me."
	dangerWords = "I am going to kill myself tonight."
)

// TestWriting tells stories of one client who writes, each beginning with an empty
// box.
func TestWriting(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *Server, *Tab)
	}{
		{"cards are put aside", putAside},
		{"cards change the text", changeByCards},
		{"what is marked lies behind its words", markWords},
		{"a keystroke draws the box alone", pressKeys},
		{"who is hurt by another learns whom to call", helpWithAbuse},
		{"a card leads to the guide", leadToGuide},
	} {
		t.Run(story.name, func(t *testing.T) {
			client.Fill(id("compose-input"), "")
			story.tell(t, server, client)
		})
	}
}

// putAside puts cards aside for one draft.
func putAside(t *testing.T, _ *Server, client *Tab) {
	client.Type(long)
	client.Click(id("guidance-dismiss-too_long"))
	client.WaitGone(id("guidance-too_long"))
	client.expectCaret(len(long))
	client.Click(`a[href="/"]`)
	client.OpenConversation(therapistName)
	client.WaitValue(id("compose-input"), long)
	client.WaitGone(id("guidance-too_long"))
	client.Press(" ")

	client.Fill(id("compose-input"), "")
	client.Type(long)
	client.Wait(id("guidance-too_long"))

	// A kind word and a note go one by one, and say more on request.
	client.Fill(id("compose-input"), "")
	client.Type("Can we move our appointment from Tuesday to Wednesday at 3pm?")
	client.Click(id("guidance-logistics") + " summary")
	client.WaitText(id("guidance-logistics"), "Can we move Tuesday from 3 to 4 in the afternoon?")
	if to := client.Attribute(id("guidance-logistics")+" .guide-link", "href"); !strings.HasPrefix(to, "/help/messaging-your-therapist#") {
		t.Errorf("it leads to %q", to)
	}
	client.Shoot("guidance-note-open")
	client.expectAccessible("a note that says more")
	client.Click(id("guidance-dismiss-logistics"))
	client.WaitGone(id("guidance-logistics"))
	client.Wait(id("guidance-clear_request"))
	client.Click(id("guidance-dismiss-clear_request"))
	client.WaitGone(id("guidance-clear_request"))
	client.Type(" ")
	client.WaitGone(id("guidance-logistics"))

	client.Fill(id("compose-input"), "")
	client.Type(dangerWords)
	client.Wait(id("crisis-panel"))
	client.Wait(id("guidance-crisis_imminent") + ` a[href^="/help/messaging-your-therapist#"]`)
	client.Click(id("crisis-toggle"))
	client.WaitGone(id("crisis-panel"))
	client.WaitText(id("guidance-crisis_imminent"), "Help is one tap away")
	client.Click(id("crisis-toggle"))
	client.Wait(id("crisis-panel"))
}

// helpWithAbuse shows who is hurt by another whom to call for that, before
// the lines for everyone, while writing and after sending.
func helpWithAbuse(t *testing.T, _ *Server, client *Tab) {
	const first = `document.querySelector('[data-testid="crisis-line-1"]').getAttribute("href")`

	client.Type("My husband hit me again last night and I am scared of him.")
	client.Wait(id("guidance-crisis_concern"))
	client.Click(id("crisis-toggle"))
	client.Choose(id("crisis-country"), "IE")
	client.WaitFor("the line about abuse", first+` === "tel:1800341900"`)
	client.WaitText(id("crisis-panel"), "Samaritans")
	client.Shoot("guidance-abuse")
	client.Click(id("compose-send"))
	client.Wait(id("crisis-sent"))
	client.WaitFor("the line about abuse after sending", first+` === "tel:1800341900"`)
	client.Type(heavyWords)
	client.Wait(id("guidance-crisis_concern"))
	client.Click(id("crisis-toggle"))
	client.WaitFor("the lines for everyone", first+` === "tel:116123"`)
}

// changeByCards changes the text by the buttons of cards.
func changeByCards(t *testing.T, _ *Server, client *Tab) {
	const box = `document.querySelector('[data-testid="compose-input"]').value`

	t.Run("a line says what is wanted", func(t *testing.T) {
		const text = "😭 I saw my father on Saturday and we argued about the garden."
		client.Type(text)
		client.SelectText(5, 5)
		client.Click(id("guidance-want-2"))
		client.WaitFor("the line", box+`.startsWith(`+quote(text+"\n\n")+`)`)
		client.WaitGone(id("guidance-unclear_request"))
		client.expectCaret(5)
		client.do("undo", chromedp.Evaluate(`document.execCommand("undo")`, nil))
		client.WaitValue(id("compose-input"), text)
		client.Wait(id("guidance-unclear_request"))
		client.Fill(id("compose-input"), "")
	})

	const private = "👋 Please charge 4111 1111 1111 1111 or 5555 5555 5555 4444, thanks."
	t.Run("private numbers are hidden", func(t *testing.T) {
		client.Type(private)
		client.SelectText(0, 0)
		client.Click(id("guidance-hide"))
		client.WaitValue(id("compose-input"), "👋 Please charge •••• or ••••, thanks.")
		client.WaitGone(id("guidance-sensitive_identifier"))
		client.expectCaret(0)
		client.Fill(id("compose-input"), "")
	})

	t.Run("or removed, and the draft is saved", func(t *testing.T) {
		client.Type(private)
		client.Click(id("guidance-remove"))
		client.WaitValue(id("compose-input"), "👋 Please charge or, thanks.")
		client.waitKept()
		client.Reload()
		client.WaitValue(id("compose-input"), "👋 Please charge or, thanks.")
		client.Fill(id("compose-input"), "")
	})
}

// TestStyle changes how the therapist uses messages while a client writes: what
// does not fit any more is said at once, with the therapist's own words.
func TestStyle(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenOffice()

	const text = "I had that dream about my father again last night. Can we talk about what it means?"
	client.Type(text)
	client.WaitGone(id("guidance-style_mismatch"))
	for _, style := range []string{"logistics", "none"} {
		therapist.Click(id("availability-style-" + style))
		therapist.Save()
		client.Wait(id("guidance-style_mismatch"))
		client.expectCaret(len(text))
	}
	client.Wait(id("guidance-style_mismatch") + " blockquote")
	client.Shoot("guidance-style_mismatch")

	// Help in danger does not wait for what changed to be read.
	client.Wait(id("agreement"))
	client.Type(" " + dangerWords)
	client.Wait(id("crisis-panel"))
	client.WaitGone(id("agreement"))
	client.Fill(id("compose-input"), text)
	client.Wait(id("agreement"))
	client.Click(id("guidance-keep"))
	client.Click(id("agenda-move-all"))
	client.Wait(id("agenda-kept"))

	client.Type("Can we move Tuesday to Wednesday?")
	therapist.Click(id("availability-style-open"))
	therapist.Save()
	client.WaitGone(id("guidance-style_mismatch"))
}

// TestKeepForNextAppointment moves a long draft to the list in two taps.
func TestKeepForNextAppointment(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	_, therapist := server.MustLogIn(therapistEmail)
	list := strings.Replace(therapist.OpenConversation(clientName), "/c/", "/next-appointment?c=", 1)

	const first = "Only this may stay. "
	client.Type(first + long)
	client.SelectText(len(first), len(first)+48)
	client.Click(id("guidance-keep"))
	client.Click(id("agenda-move-marked"))
	client.Wait(id("agenda-kept"))
	client.WaitValue(id("compose-input"), "Only this may stay. "+long[48+1:])

	client.Fill(id("compose-input"), "")
	client.Type(long)
	client.Wait(id("guidance-keep"))
	tap := func() { // by script: a tap of the test's would scroll first
		client.do("tap", chromedp.Evaluate(`document.querySelector('[data-testid="guidance-keep"]').click()`, nil))
	}
	for _, size := range smallWindows {
		client.Resize(size[0], size[1], size[0] < 500)
		client.expectInSight("before the first tap", id("guidance-keep"), id("compose-send"))
		tap()
		client.Wait(id("agenda-move-all"))
		client.settle()
		client.expectInSight("before the second tap", id("agenda-move-all"), id("compose-send"))
		tap()
		client.WaitGone(id("agenda-move-all"))
		if high := eval[int](client, `document.querySelector(".thread-tools").offsetHeight`); high > 80 || high > 50 && size[0] < 500 {
			t.Errorf("%d×%d: the ways from the conversation are %d px high", size[0], size[1], high)
		}
	}
	client.restore()
	client.Click(id("guidance-keep"))
	client.Shoot("guidance-keep")
	client.Click(id("agenda-move-all"))
	client.Wait(id("agenda-kept"))
	client.WaitValue(id("compose-input"), "")
	client.Shoot("guidance-kept")

	client.Type(topics)
	client.Click(id("guidance-keep"))
	client.Shoot("guidance-keep-topics")
	client.Click(id("agenda-move-topic-3"))
	client.WaitValue(id("compose-input"), strings.Replace(topics, "My mother wants to move in with us. ", "", 1))

	therapist.Visit(list)
	for _, item := range []string{long, "My mother wants to move in with us."} {
		therapist.WaitFor("what was kept", fmt.Sprintf(`document.body.textContent.includes(%s)`, quote(item)))
	}
}

// TestDangerSentAtOnce writes of danger on a slow device, at the end of a long
// text, and sends in the same breath, before the text was looked at.
func TestDangerSentAtOnce(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.Type(strings.Repeat("The week was long and I did the washing twice. ", 60))
	client.Wait(id("guidance-too_long"))
	client.do("be a slow phone", emulation.SetCPUThrottlingRate(20))
	client.Type("And ")
	eval[bool](client, `(() => {
		document.execCommand("insertText", false, `+quote(dangerWords)+`);
		document.querySelector('[data-testid="compose-send"]').click();
		return true;
	})()`)
	client.Wait(id("crisis-sent"))
	client.Wait(id("crisis-panel"))

	// The program need not be there in time for the browser not to send a form.
	if eval[bool](client, `document.body.appendChild(document.createElement("form")).dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))`) {
		t.Error("the browser sends a form by itself")
	}
}

// TestHelpOffline writes of danger without the server: help opens in place,
// with the numbers of the country that is chosen there and then.
func TestHelpOffline(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	client.WaitWorker()
	server.Stop()
	client.WaitConnection("offline")

	client.Type(dangerWords)
	client.Wait(id("crisis-panel"))
	client.expectCaret(len(dangerWords))
	client.WaitCount(id("crisis-panel")+` [href^="tel:"]`, 0)
	client.WaitFor("it to be said at once", `document.querySelector('[data-testid="guidance-alert"]').textContent !== ""`)
	client.Choose(id("crisis-country"), "IE")
	client.Wait(id("crisis-emergency"))
	if got := client.Attribute(id("crisis-emergency"), "href"); got != "tel:112" && got != "tel:999" {
		t.Errorf("the emergency number leads to %s", got)
	}
	client.WaitText(id("crisis-line-1"), "Samaritans")
	client.Shoot("help")

	client.Click(id("compose-send"))
	client.WaitStatus(dangerWords, "waiting")
	client.WaitText(id("crisis-sent"), "nobody watches messages around the clock")
	client.Wait(id("crisis-emergency"))
	client.Shoot("help-sent")

	client.Reload()
	client.Wait(id("compose-input"))
	client.Type(heavyWords)
	client.Wait(id("guidance-crisis_concern"))
	client.WaitGone(id("crisis-panel"))
	client.Click(id("crisis-toggle"))
	client.Wait(id("crisis-emergency"))

	// Last, because the browser's question which program to open stays.
	path := client.Path()
	client.expectLeaving(id("crisis-emergency"), "tel:")
	client.WaitPath(path)
}

// expectLeaving fails the test unless a click on a link hands an address that
// begins so to the browser: another program opens it, a telephone for one.
func (tab *Tab) expectLeaving(selector, begin string) {
	tab.t.Helper()
	asked := make(chan string, 10)
	ctx, stop := context.WithCancel(tab.ctx)
	defer stop()
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*page.EventFrameRequestedNavigation); ok {
			select {
			case asked <- e.URL:
			default:
			}
		}
	})
	tab.Click(selector)
	select {
	case url := <-asked:
		if !strings.HasPrefix(url, begin) {
			tab.t.Errorf("%s leads to %s", selector, url)
		}
	case <-time.After(patience):
		tab.t.Errorf("%s leads nowhere", selector)
	}
}

// TestSafetyPlan writes a plan, which stays on the device and shows up where
// help is offered.
func TestSafetyPlan(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.WaitWorker()
	client.Click(`a[href="/safety-plan"]`)
	client.WaitPath("/safety-plan")
	client.Fill(id("plan-signs"), "I stop answering calls")
	client.Fill(id("plan-name-1"), "Ada Fictional")
	client.Fill(id("plan-phone-1"), "+353 1 555 0100")
	client.Click(id("plan-add-person"))
	client.Fill(id("plan-name-2"), "Bo")
	client.Fill(id("plan-safer"), "Ada keeps the key")
	client.WaitText(id("plan-saved"), "Saved on this device")
	client.Click(id("plan-drop-2"))
	client.WaitCount(id("plan-name-2"), 0)
	client.WaitText(id("plan-saved"), "Saved on this device")
	client.examine("safety-plan")

	server.Stop()
	client.Reload()
	client.WaitValue(id("plan-signs"), "I stop answering calls")
	client.WaitValue(id("plan-name-1"), "Ada Fictional")
	client.WaitValue(id("plan-safer"), "Ada keeps the key")
	if got := client.Attribute(id("plan-call-1"), "href"); got != "tel:+35315550100" {
		t.Errorf("calling Ada leads to %s", got)
	}
	client.Goto(server.URL)
	client.OpenConversation(therapistName)
	client.Type(dangerWords)
	client.WaitText(id("crisis-person-1"), "Ada Fictional")
	client.Click(id("crisis-plan"))
	client.WaitPath("/safety-plan")
	client.WaitValue(id("plan-signs"), "I stop answering calls")
}

// leadToGuide opens the guide from a card and by its address.
func leadToGuide(t *testing.T, server *Server, client *Tab) {
	client.Type(long)
	client.Click(id("guidance-too_long") + " .guide-link")
	client.WaitPath("/help/messaging-your-therapist")
	client.expectInView("how-long-a-message-should-be")
	client.Goto(server.URL + "/help/messaging-your-therapist#be-clear-and-specific")
	client.expectInView("be-clear-and-specific")
}

// markWords sees to it that what is marked lies behind the words in the box:
// both texts break and scroll alike.
func markWords(t *testing.T, _ *Server, client *Tab) {
	const danger = " I am going to kill myself tonight. "
	for name, text := range map[string]string{
		"a short text":           danger,
		"a long text":            strings.Repeat("Words and more words, ", 80) + danger + strings.Repeat("and then some.\n", 40),
		"emoji":                  strings.Repeat("👩‍👩‍👧‍👦 😭 ", 60) + danger + "🔪",
		"very long words":        strings.Repeat("Donaudampfschiff", 30) + danger,
		"right to left":          "שלום לך, אני רוצה לספר לך משהו שקרה לי אתמול בלילה." + strings.Repeat(" עוד מילים", 40) + "\n" + danger + "\n" + strings.Repeat("مرحبا بك يا صديقي ", 30),
		"empty lines at the end": danger + "\n\n\n",
	} {
		t.Run("in "+name, func(t *testing.T) {
			for _, size := range []struct {
				width int64
				scale float64
			}{{390, 1}, {1280, 1}, {640, 2}} {
				client.Fill(id("compose-input"), "")
				client.do("resize", emulation.SetDeviceMetricsOverride(size.width, 800, size.scale, false))
				client.settle()
				client.Type(text)
				client.Wait("#compose-marks mark")
				client.settle()
				if wrong := eval[string](client, sameText); wrong != "" {
					t.Errorf("%d wide at %v: %s", size.width, size.scale, wrong)
				}
			}
		})
	}
	client.restore()
}

// sameText is JavaScript for how what lies behind the box differs from it.
const sameText = `(() => {
	const box = document.querySelector("#compose"), marks = document.querySelector("#compose-marks");
	const facts = (e) => [e.clientWidth, e.clientHeight, e.scrollHeight, Math.round(e.scrollTop), getComputedStyle(e).font, e.getBoundingClientRect().x].join(" | ");
	box.scrollTop = 1e6;
	box.dispatchEvent(new Event("scroll"));
	const atEnd = facts(box) === facts(marks) ? "" : facts(box) + " ≠ " + facts(marks);
	return atEnd || (marks.textContent.replace("\u200b", "") === box.value ? "" : "other words");
})()`

// pressKeys counts what a keystroke costs in a draft of 5,000 characters
// with a mark in it: nothing but the box is drawn anew. How long it takes is
// printed.
func pressKeys(t *testing.T, _ *Server, client *Tab) {
	client.WaitConnection("online") // the header says it
	cost := client.keystrokes()
	slices.Sort(cost.Times)
	t.Logf("a keystroke: median %.1f ms, longest %.1f ms", cost.Times[len(cost.Times)/2], cost.Times[len(cost.Times)-1])
	if cost.Changes > 3 { // the header may say something meanwhile
		t.Errorf("%d changes outside the box in 30 keystrokes", cost.Changes)
	}
}

// keystrokes writes such a draft, types on in it, and returns how much changed
// outside the box and how many milliseconds each keystroke took.
func (tab *Tab) keystrokes() (cost struct {
	Changes int
	Times   []float64
}) {
	tab.t.Helper()
	tab.Type(dangerWords + " " + strings.Repeat("We spoke about the garden and the long way home. ", 98))
	tab.Wait(id("guidance-crisis_imminent"))
	tab.settle()
	tab.poll("thirty keystrokes", `(async () => {
		const box = document.querySelector("#compose");
		let changes = 0;
		const watch = new MutationObserver((list) => { changes += list.filter((m) => !(m.target.closest ? m.target : m.target.parentElement).closest(".compose-form")).length; });
		watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
		const times = [];
		for (let i = 0; i < 30; i++) {
			const began = performance.now();
			document.execCommand("insertText", false, "a");
			times.push(performance.now() - began);
			await new Promise((done) => setTimeout(done, 30));
		}
		watch.disconnect();
		return { changes, times };
	})()`, &cost)
	return cost
}
