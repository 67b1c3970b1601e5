package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// demoAvailability is what the demo's therapist has set: four days a week, with
// a break at noon.
func demoAvailability() availability.Availability {
	a := availability.Default("America/New_York")
	a.Calendar = availability.CalendarUS
	a.Words = "Short notes are welcome: what happened, what you tried, what you need. I read them in the afternoon. What is longer, put on our list, and we take our time for it."
	day := []availability.Span{{"09:00", "12:30"}, {"13:30", "17:00"}}
	a.Hours = availability.Hours{Mon: day, Tue: day, Wed: day, Thu: day}
	return a
}

// demoItem is an item of a next-appointment list of the demo.
type demoItem struct {
	demoLine
	done bool // the therapist has checked it off, two days later
}

// demoList is the list of the first client, secondDemoList that of the second.
func demoList() []demoItem {
	return []demoItem{
		{done: true, demoLine: demoLine{daysAgo: 13, hour: 20, min: 30, text: "What to do with my hands during the talk"}},
		{demoLine: demoLine{daysAgo: 8, hour: 18, min: 25, text: "My sister: what I would say if I answered slowly"}},
		{demoLine: demoLine{therapist: true, daysAgo: 7, hour: 14, min: 10, text: "The drawer: is there room in it for next month?"}},
		{demoLine: demoLine{daysAgo: 5, hour: 18, min: 2, text: "Running, and why a smaller word for it helps"}},
	}
}

func secondDemoList() []demoItem {
	return []demoItem{
		{demoLine: demoLine{daysAgo: 4, hour: 20, min: 20, text: "Loud days at work: what I can leave when I leave"}},
		{demoLine: demoLine{therapist: true, daysAgo: 3, hour: 14, min: 55, text: "What was different on the two days with a walk"}},
	}
}

// availability sets what the therapist offers, unless something is set.
func (d demoSeed) availability(ctx context.Context, therapist account.Account) error {
	conversations := d.newChat(silent{}, d.weeksAgo)
	defer conversations.Close()
	actor := chat.Actor{Account: therapist.ID}
	set, err := conversations.ListAvailabilities(ctx, actor)
	if err != nil {
		return err
	}
	for _, s := range set {
		if s.Settings != nil {
			continue
		}
		if _, err := conversations.UpdateAvailability(ctx, actor, s.Practice.ID, wire.SetAvailability{Availability: demoAvailability()}); err != nil {
			return err
		}
	}
	return nil
}

// acknowledge lets a client have read the first agreement.
func (d demoSeed) acknowledge(ctx context.Context, client account.Account) error {
	conversations := d.newChat(silent{}, d.weeksAgo)
	defer conversations.Close()
	actor := chat.Actor{Account: client.ID}
	own, err := onlyConversation(ctx, conversations, actor)
	if err != nil {
		return err
	}
	_, err = conversations.Acknowledge(ctx, actor, own.ID, wire.Acknowledge{Version: 1, TextVersion: wire.AgreementTextVersion})
	return err
}

// weeksAgo is when the demo began, before the first message.
func (d demoSeed) weeksAgo() time.Time { return d.now.AddDate(0, 0, -23) }

// list puts the items on the list of the conversation of the two. Those that
// were there once stay as they are.
func (d demoSeed) list(ctx context.Context, client, therapist account.Account, items []demoItem) error {
	clock := d.now // of the change being made
	conversations := d.newChat(silent{}, func() time.Time { return clock })
	defer conversations.Close()
	own, err := onlyConversation(ctx, conversations, chat.Actor{Account: client.ID})
	if err != nil {
		return err
	}
	change := func(by account.Account, c agenda.Change) error {
		clock = c.At
		_, _, err := conversations.ChangeAgenda(ctx, chat.Actor{Account: by.ID}, own.ID, c)
		if errors.Is(err, chat.ErrIDConflict) {
			return nil // it had other words in an earlier demo
		}
		return err
	}
	place := ""
	for i, item := range items {
		by := client
		if item.therapist {
			by = therapist
		}
		place = agenda.Between(place, "")
		id := uuid.NewSHA1(own.ID, fmt.Append(nil, "item ", i))
		added := agenda.Change{ID: id, Kind: agenda.Add, Item: id, Text: message.Normalize(item.text), Place: place, At: item.time(d.now)}
		if err := change(by, added); err != nil {
			return err
		}
		if item.done {
			checked := agenda.Change{ID: uuid.NewSHA1(id, []byte("done")), Kind: agenda.Check, Item: id, At: added.At.AddDate(0, 0, 2)}
			if err := change(therapist, checked); err != nil {
				return err
			}
		}
	}
	return nil
}
