package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pleiades/server/calendar"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
)

// Choose chooses from a list, or fills in what has no keys of its own such as a
// time, as a person does.
func (tab *Tab) Choose(selector, value string) {
	tab.t.Helper()
	tab.Wait(selector)
	tab.do("choose in "+selector, chromedp.Evaluate(fmt.Sprintf(`void ((e) => {
		e.focus();
		e.value = %s;
		e.dispatchEvent(new Event("input", { bubbles: true }));
		e.dispatchEvent(new Event("change", { bubbles: true }));
	})(%s(%s))`, quote(value), find, quote(selector)), nil))
	tab.WaitValue(selector, value)
}

// Save saves what a therapist has set.
func (tab *Tab) Save() {
	tab.t.Helper()
	tab.Click(id("availability-save"))
	tab.WaitFor("all to be saved", fmt.Sprintf(
		`document.querySelector(%s)?.dataset.state === "saved" && !document.querySelector(%s).disabled`,
		quote(id("availability-status")), quote(id("availability-save"))))
}

// OpenOffice opens the page where a therapist sets when and how they answer.
func (tab *Tab) OpenOffice() {
	tab.t.Helper()
	tab.Click(`a[href="/availability"]`)
	tab.Wait(id("availability-status"))
}

// office is an availability as files and the API hold it.
type office struct {
	Style    string                 `json:"style,omitempty"`
	Words    string                 `json:"words,omitempty"`
	Zone     string                 `json:"zone"`
	Calendar string                 `json:"calendar"`
	Promise  map[string]int         `json:"promise"`
	Hours    map[string][][2]string `json:"hours"`
	Closed   []string               `json:"closed"`
	Away     []map[string]string    `json:"away"`
}

// commonOffice is open on weekdays from nine to five.
func commonOffice(zone string, least, most int) office {
	week := map[string][][2]string{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[day] = [][2]string{{"09:00", "17:00"}}
	}
	return office{
		Style: "open", Zone: zone, Promise: map[string]int{"min": least, "max": most}, Hours: week,
		Closed: []string{}, Away: []map[string]string{},
	}
}

// SetOffice sets, on the page of a therapist, when and how they answer.
func (tab *Tab) SetOffice(o office) {
	tab.t.Helper()
	o.Style = cmp.Or(o.Style, "open")
	body, err := json.Marshal(o)
	if err != nil {
		tab.t.Fatal(err)
	}
	status := eval[int](tab, fmt.Sprintf(`(async () => {
		const all = await (await fetch("/api/v1/availability")).json();
		const {practice, settings} = all.availabilities[0];
		return (await fetch("/api/v1/availability/" + practice.id, {
			method: "PUT", headers: {"Content-Type": "application/json"},
			body: JSON.stringify({version: settings?.version ?? 0, words: "", ...%s}),
		})).status;
	})()`, body))
	if status != http.StatusOK {
		tab.fatal("setting an office was answered with %d", status)
	}
}

// shiftClock lets time on the page run ahead, from its next load on.
func (tab *Tab) shiftClock(ahead time.Duration) {
	tab.t.Helper()
	script := fmt.Sprintf(`{
		const Real = Date, ahead = %d;
		Date = class extends Real {
			constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + ahead); }
			static now() { return Real.now() + ahead; }
		};
	}`, ahead.Milliseconds())
	tab.beforeLoad(script)
}

// beforeLoad runs a script on every page from the next load on, before any
// other.
func (tab *Tab) beforeLoad(script string) {
	tab.t.Helper()
	tab.do("add a script", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}))
}

// leaveAnyway lets the tab go on where the page asks whether what was typed may
// be lost.
func (tab *Tab) leaveAnyway() {
	chromedp.ListenTarget(tab.ctx, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			go func() { _ = chromedp.Run(tab.ctx, page.HandleJavaScriptDialog(true)) }()
		}
	})
}

// TestAvailability lets a therapist change when and how they answer while a
// client has the conversation open.
func TestAvailability(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitFor("the page", "window.sameDocument = true")

	therapist.SetOffice(commonOffice("Europe/Paris", 24, 48))
	therapist.OpenOffice()
	therapist.Choose(id("availability-zone"), "Europe/Dublin")
	therapist.WaitText(id("availability-preview"), "would usually be answered by")
	therapist.Save()
	client.WaitText(id("expect-compose"), "Usually answered by")
	before := client.Text(id("expect-compose"))

	therapist.Fill(id("availability-promise.min"), "120")
	therapist.Fill(id("availability-promise.max"), "240")
	therapist.WaitText(id("availability-preview"), "would usually be answered by")
	therapist.Save()
	client.WaitFor("another forecast", fmt.Sprintf(
		`document.querySelector(%s).innerText !== %s`, quote(id("expect-compose")), quote(before)))
	client.WaitText(id("expect-compose"), "Usually answered by")

	t.Run("the practical and the closed style are said plainly", func(t *testing.T) {
		therapist.Click(id("availability-style-none"))
		therapist.Save()
		client.WaitText(id("expect-compose"), "does not answer messages between appointments")
		therapist.Click(id("availability-style-logistics"))
		therapist.Save()
		client.WaitText(id("expect-compose"), "For times, bills, forms")
	})

	t.Run("what is wrong is said at the field, and saves nothing", func(t *testing.T) {
		therapist.Fill(id("availability-promise.max"), "3")
		therapist.Fill(id("availability-words"), strings.Repeat("long ", 60))
		therapist.Choose(id("availability-hours.mon[0][1]"), "08:00")
		therapist.WaitText(id("availability-hours.mon[0]-error"), "must end after they begin")
		therapist.Click(id("availability-hours.tue.add"))
		therapist.Choose(id("availability-hours.tue[1][0]"), "10:00")
		therapist.WaitText(id("availability-hours.tue[1]-error"), "overlap")
		therapist.Click(id("availability-away.add"))
		therapist.Choose(id("availability-away[0].from"), "2020-01-01")
		therapist.Choose(id("availability-away[0].to"), "2020-01-02")
		therapist.WaitText(id("availability-away[0]-error"), "are over already")
		therapist.Click(id("availability-save"))
		therapist.WaitText(id("availability-error"), "5 fields need another look")
		therapist.WaitFor("the focus to be on the first of them", fmt.Sprintf(
			`document.activeElement === document.querySelector(%s)`, quote(id("availability-words"))))
		described := therapist.Attribute(id("availability-words"), "aria-describedby")
		if !strings.Contains(described, "availability-words-error") {
			t.Errorf("the field is described by %q", described)
		}
		therapist.leaveAnyway()
		therapist.Reload()
		therapist.WaitValue(id("availability-promise.max"), "240")
		therapist.WaitValue(id("availability-words"), strings.Repeat("long ", 60)) // words are kept
		therapist.Fill(id("availability-words"), "")
	})

	t.Run("hours are added, copied and removed", func(t *testing.T) {
		therapist.Choose(id("availability-hours.mon[0][1]"), "12:00")
		therapist.Click(id("availability-hours.mon.add"))
		therapist.WaitValue(id("availability-hours.mon[1][0]"), "13:00")
		therapist.Choose(id("availability-hours.mon[1][1]"), "00:00") // midnight at the end of the day
		therapist.Click(id("availability-hours.mon.copy"))
		therapist.Click(id("availability-hours.mon.copy-to.sat"))
		therapist.Click(id("availability-hours.mon.copy-to.do"))
		therapist.WaitValue(id("availability-hours.sat[1][1]"), "00:00")
		therapist.Click(id("availability-hours.mon[0].remove"))
		therapist.WaitValue(id("availability-hours.mon[0][0]"), "13:00")
		therapist.Save()
		therapist.Reload()
		therapist.WaitValue(id("availability-hours.mon[0][1]"), "00:00")
		therapist.WaitValue(id("availability-hours.sat[0][1]"), "12:00")
	})

	t.Run("without a connection nothing that was typed is lost", func(t *testing.T) {
		server.Stop()
		therapist.WaitConnection("offline")
		therapist.Fill(id("availability-words"), "I read on weekdays.")
		therapist.WaitText(id("availability-preview"), "needs a connection")
		therapist.Click(id("availability-save"))
		therapist.WaitText(id("availability-error"), "Saving needs a connection")
		therapist.Click(`a[href="/"]`)
		therapist.Click(`a[href="/availability"]`)
		therapist.WaitValue(id("availability-words"), "I read on weekdays.")
		server.Start()
		therapist.WaitConnection("online")
		therapist.Save()
	})

	if !eval[bool](client, "window.sameDocument === true") {
		t.Error("the client's page was loaded anew")
	}
	client.Click(id("agreement-ack"))
	client.WaitGone(id("agreement"))

	t.Run("it is for therapists", func(t *testing.T) {
		client.Visit("/availability")
		client.WaitText("main", "This page is for therapists")
	})
}

// TestOfficeInTwoTabs changes the same times on two pages: what was saved on the
// one is not undone by the other, and what was typed there stays.
func TestOfficeInTwoTabs(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, first := server.MustLogIn(therapistEmail)
	browser.Allow("409")
	first.SetOffice(commonOffice("Europe/Paris", 24, 48))
	first.OpenOffice()
	second := browser.Open(server.URL + "/availability")
	second.Wait(id("availability-status"))

	first.Fill(id("availability-words"), "I read after lunch.")
	first.Fill(id("availability-promise.max"), "72")
	second.Fill(id("availability-words"), "I read on Mondays.")
	second.Choose(id("availability-zone"), "Europe/Dublin")
	first.Save()

	second.Click(id("availability-save"))
	second.WaitText(id("availability-elsewhere"), "saved on another page")
	second.WaitText(id("availability-elsewhere"), "24 to 72 hours")
	second.WaitText(id("availability-elsewhere"), "I read after lunch.")
	second.WaitFor("the focus to be on it", fmt.Sprintf(
		`document.activeElement === document.querySelector(%s)`, quote(id("availability-elsewhere"))))
	second.WaitValue(id("availability-words"), "I read on Mondays.")
	second.WaitValue(id("availability-zone"), "Europe/Dublin")
	second.WaitValue(id("availability-promise.max"), "72")
	second.expectAccessible("an office saved elsewhere")
	second.Shoot("availability-elsewhere")
	second.Save()
	second.WaitGone(id("availability-elsewhere"))
	second.leaveAnyway()
	second.Reload()
	second.WaitValue(id("availability-words"), "I read on Mondays.")
	second.WaitValue(id("availability-promise.max"), "72")
}

// forecastFor is what the program forecasts for a message delivered at a
// moment.
type forecastFor struct {
	Due    time.Time `json:"due"`
	Reason string    `json:"reason"`
}

// forecast is what the program says of an office.
func (s *Server) forecast(o office, at time.Time) forecastFor {
	s.t.Helper()
	o.Style, o.Words = "", "" // files have none
	content, err := json.Marshal(o)
	if err != nil {
		s.t.Fatal(err)
	}
	file := filepath.Join(mustDir(s.t), "office.json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		s.t.Fatal(err)
	}
	var f forecastFor
	out := s.Run("forecast", "--availability", file, "--at", at.UTC().Format(time.RFC3339))
	if err := json.Unmarshal([]byte(out), &f); err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	return f
}

// beforeHoliday returns an office whose answer to a message sent now is late
// for a public holiday: the next of some calendars, as the program knows them.
func beforeHoliday(t *testing.T, now time.Time) (office, string) {
	t.Helper()
	type place struct{ calendar, zone string }
	for days := 0; days <= 27; days++ {
		for _, p := range []place{
			{"US", "America/New_York"}, {"IN", "Asia/Kolkata"}, {"AU-NSW", "Australia/Sydney"}, {"ES", "Europe/Madrid"},
			{"MX", "America/Mexico_City"}, {"IE", "Europe/Dublin"}, {"DE-BY", "Europe/Berlin"}, {"CA", "America/Toronto"},
			{"GB", "Europe/London"}, {"GB-SCT", "Europe/London"}, {"GB-NIR", "Europe/London"}, {"NZ", "Pacific/Auckland"},
			{"AU-WA", "Australia/Perth"}, {"AU-VIC", "Australia/Melbourne"}, {"DE-BE", "Europe/Berlin"},
		} {
			zone, err := calendar.Zone(p.zone)
			if err != nil {
				t.Fatal(err)
			}
			day := now.In(zone).AddDate(0, 0, days)
			name, ok := calendar.Holidays(availability.Calendar(p.calendar))(availability.DateOf(day))
			if ok && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
				// As many business days as there are days of the week before it,
				// and one: the last comes after it.
				least := (days/7)*5 + min(days%7, 5)
				o := commonOffice(p.zone, 24, min(24*(least+1), availability.MaxPromise))
				o.Calendar = p.calendar
				return o, name
			}
		}
	}
	t.Fatalf("there is no public holiday in the weeks after %v", now)
	return office{}, ""
}

// TestBeforeHoliday finds an office on each day of some years, so that what uses
// it works on all of them.
func TestBeforeHoliday(t *testing.T) {
	t.Parallel()
	for now := time.Date(2026, time.November, 1, 9, 0, 0, 0, time.UTC); now.Year() < 2030; now = now.Add(25 * time.Hour) {
		o, name := beforeHoliday(t, now)
		content, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var a availability.Availability
		if err := json.Unmarshal(content, &a); err != nil {
			t.Fatal(err)
		}
		outlook, err := calendar.Outlook(a, now)
		if err != nil {
			t.Fatal(err)
		}
		f := outlook.Forecast(now)
		late := slices.ContainsFunc(f.Reasons, func(c availability.Closure) bool { return c.Name == name })
		if f.Beyond || !late {
			t.Fatalf("%v, for %s of %s: got %+v", now, name, o.Calendar, f)
		}
	}
}

// TestForecastInZones reads one forecast around a holiday in three zones.
func TestForecastInZones(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	o, _ := beforeHoliday(t, time.Now())
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.SetOffice(o)

	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Send("When may I hear from you?")
	client.WaitStatus("When may I hear from you?", "sent", "delivered")
	message := eval[string](client, messageWith("When may I hear from you?")+".dataset.testid")
	sent := eval[time.Time](client, fmt.Sprintf(`document.querySelector('%s time').dateTime`, id(message)))
	want := server.forecast(o, sent)

	for _, zone := range []string{"America/Los_Angeles", "Europe/London", "Asia/Kathmandu"} {
		t.Run(zone, func(t *testing.T) {
			due := eval[string](client, fmt.Sprintf(`((due, timeZone) => {
				const format = (t, options) => new Intl.DateTimeFormat(navigator.language, { timeZone, ...options }).format(t);
				const year = format(due, { year: "numeric" }) === format(new Date(), { year: "numeric" }) ? {} : { year: "numeric" };
				return format(due, { weekday: "long", day: "numeric", month: "long", ...year }) + ", " +
					format(due, { hour: "numeric", minute: "2-digit" });
			})(new Date(%s), %s)`, quote(want.Due.Format(time.RFC3339)), quote(zone)))
			tab := browser.openBlank()
			tab.do("travel", emulation.SetTimezoneOverride(zone))
			tab.Goto(server.URL + conversation)
			for _, place := range []string{"expect-compose", strings.Replace(message, "message-", "expect-", 1)} {
				tab.WaitText(id(place), "Usually answered by "+due+" your time")
				for _, reason := range strings.Split(want.Reason, "; ") {
					tab.WaitText(id(place), reason)
				}
			}
			tab.Close()
		})
	}
}

// TestAgreement shows a client what to expect, and again when it changes.
func TestAgreement(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.SetOffice(commonOffice("Europe/Paris", 24, 48))
	therapist.OpenOffice()
	therapist.Fill(id("availability-words"), "I read on weekdays, after lunch.")
	therapist.Save()
	therapist.Click(`a[href="/"]`)
	therapist.WaitFor("answers to be due", allDue)
	therapist.OpenConversation(clientName)

	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitText(id("agreement"), "I read on weekdays, after lunch.")
	client.Send("It does not stand in the way of writing.")
	client.Click(id("agreement-ack"))
	client.WaitGone(id("agreement"))
	client.WaitQueue(0)
	therapist.WaitText(id("agreement-seen"), "read how you use messages")

	client.Click(id("agreement-again"))
	client.WaitText(id("agreement"), "You read this")
	client.Click(id("agreement-close"))
	client.WaitGone(id("agreement"))
	client.Draft("Half a thou")

	therapist.Click(`a[href="/availability"]`)
	therapist.Fill(id("availability-words"), "I read on Mondays only.")
	therapist.Save()
	client.WaitText(id("agreement"), "I read on Mondays only.")
	client.WaitText(id("agreement"), "has changed since you read it: your therapist’s own words")
	client.WaitValue(id("compose-input"), "Half a thou")

	therapist.Click(`a[href="/"]`)
	therapist.OpenConversation(clientName)
	therapist.WaitText(id("agreement-seen"), "has not read your latest changes")

	client.Visit("/settings")
	client.WaitText(id("settings-agreement"), "How messages with "+therapistName+" work")
}

// TestSilence lets the usual time for an answer pass.
func TestSilence(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.SetOffice(commonOffice("Europe/Dublin", 1, 2))
	therapist.OpenConversation(clientName)
	therapist.Send("Until tomorrow.") // what was asked before is answered, whatever the time is

	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitMessage("Until tomorrow.")
	client.Send("Are you there?")
	client.WaitStatus("Are you there?", "sent", "delivered")
	client.WaitText(id(expectOf(client, "Are you there?")), "Usually answered by")

	// Eight days without a connection.
	server.Stop()
	client.WaitConnection("offline")
	client.Send("I wrote this on the way.")
	client.WaitText(id(expectOf(client, "I wrote this on the way.")), "Once sent, usually answered by")
	for _, tab := range []*Tab{client, therapist} {
		tab.shiftClock(8 * 24 * time.Hour)
	}
	client.Reload()
	client.Unlock(demoPassword) // after so long a time
	client.WaitMessage("Are you there?")
	client.WaitText(id(expectOf(client, "Are you there?")), "An answer would usually have come by")
	client.WaitText(id("expect-passed"), "no judgement of you")
	client.WaitText(id("expect-passed"), "next appointment")
	client.expectAccessible("silence")
	client.WaitText(id(expectOf(client, "I wrote this on the way.")), "Once sent, usually answered by")

	therapist.Goto(server.URL)
	therapist.Unlock(demoPassword)
	therapist.WaitText(id(strings.Replace(conversation, "/c/", "due-", 1)), "Answer due since")

	// The server's clock is right, and those of the devices are not.
	server.Start()
	client.WaitStatus("I wrote this on the way.", "sent", "delivered")
	for _, text := range []string{"Are you there?", "I wrote this on the way."} {
		client.WaitText(id(expectOf(client, text)), "Usually answered by")
	}
	client.WaitGone(id("expect-passed"))
	therapist.WaitFor("the answer to be due", fmt.Sprintf(`!document.querySelector(%[1]s).innerText.includes("since") &&
		document.querySelector(%[1]s).innerText.includes("Answer due")`, quote(id(strings.Replace(conversation, "/c/", "due-", 1)))))

	// What was learnt of the clock is kept for when there is no server.
	server.Stop()
	client.Reload()
	client.WaitMessage("Are you there?")
	client.WaitText(id(expectOf(client, "Are you there?")), "Usually answered by")
	client.WaitGone(id("expect-passed"))
	server.Start()
	client.WaitConnection("online")
	therapist.WaitConnection("online")
	therapist.OpenConversation(clientName)
	therapist.Send("I am, and sorry for the wait.")
	client.WaitMessage("I am, and sorry for the wait.")
	client.WaitGone(id(expectOf(client, "Are you there?")))
}

// allDue is JavaScript for the list saying of both clients that an answer is
// due: until then its order may change.
const allDue = `document.querySelectorAll('[data-testid^="due-"]').length === 2`

func expectOf(tab *Tab, text string) string {
	tab.t.Helper()
	return strings.Replace(eval[string](tab, messageWith(text)+".dataset.testid"), "message-", "expect-", 1)
}

// TestInbox puts the conversation first whose messages may speak of danger.
func TestInbox(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.SetOffice(commonOffice("Europe/Dublin", 24, 48))

	_, second := server.MustLogIn("second.client@demo.test")
	conversation := second.OpenConversation(therapistName)
	second.Send("I don't want to be here any more. I am going to kill myself tonight.")
	second.WaitStatus("I don't want to be here any more. I am going to kill myself tonight.", "sent", "delivered")

	therapist.WaitText(id(strings.Replace(conversation, "/c/", "may-need-", 1)), "May need you first")
	therapist.WaitFor("it to be the first", fmt.Sprintf(
		`document.querySelector('[data-testid^="conversation-"]').dataset.testid === %s`,
		quote(strings.Replace(conversation, "/c/", "conversation-", 1))))
	therapist.WaitFor("answers to be due", allDue)
}

// TestCrisisLink leads from every page to the one that helps.
func TestCrisisLink(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	stranger := MustBrowse(t)
	tab := stranger.Open(server.URL)
	tab.WaitWorker()
	tab.Close()
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	server.Stop()

	follow := func(tab *Tab, path string) {
		t.Helper()
		tab.Goto(server.URL + path)
		tab.Wait(id("crisis-link") + ":not([data-before])") // the program's own, not the one from before it ran
		tab.WaitCount(id("crisis-link"), 1)
		tab.Click(id("crisis-link"))
		tab.Wait(id("crisis-page"))
		tab.WaitPath("/crisis")
	}
	tab = stranger.Open(server.URL)
	for _, tab := range []*Tab{tab, client} {
		tab.beforeLoad(`addEventListener("DOMContentLoaded", () => {
			for (const e of document.querySelectorAll('[data-testid="crisis-link"]')) e.dataset.before = "";
		})`)
	}
	for _, path := range []string{"/", "/login", "/signup", "/no-such-page"} {
		follow(tab, path)
	}
	for _, path := range []string{"/", conversation, "/settings", "/next-appointment", "/availability"} {
		follow(client, path)
	}
	server.Start()
}

// TestAccessibleExpectations looks for obstacles on the pages of lists and
// availability, and in what is said of answers.
func TestAccessibleExpectations(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.WaitFor("answers to be due", allDue)
	therapist.expectAccessible("the inbox")
	therapist.OpenOffice()
	therapist.Click(id("availability-hours.wed.copy"))
	therapist.Click(id("availability-closed.add"))
	therapist.Click(id("availability-away.add"))
	therapist.Choose(id("availability-away[0].from"), "2020-02-29")
	therapist.Choose(id("availability-away[0].to"), "2020-03-01")
	therapist.Click(id("availability-save"))
	therapist.WaitText(id("availability-error"), "needs another look")
	therapist.expectAccessible("an office with a mistake")
	therapist.leaveAnyway()
	therapist.SetOffice(commonOffice("Europe/Dublin", 1, 2))
	therapist.Visit("/next-appointment")
	therapist.Wait(`[data-testid^="agenda-of-"]`)
	therapist.expectAccessible("the choice of a list")

	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Wait(id("agreement"))
	client.expectAccessible("the agreement")
	client.Send("Are you there?")
	client.WaitStatus("Are you there?", "sent", "delivered")
	client.Visit(listOf(conversation))
	client.AddItems("To talk about", "To remove", "To change")
	client.ClickItem("To remove", "agenda-remove-")
	client.expectAccessible("a list")
	client.ClickItem("To change", "agenda-edit-")
	client.Wait(id("agenda-edit-save"))
	client.expectAccessible("an item being changed")
}
