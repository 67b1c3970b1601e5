package main

import (
	"time"

	"pleiades/shared/message"
)

// demoLine is a message of the demo's history.
type demoLine struct {
	therapist bool // who wrote it; otherwise the client
	daysAgo   int
	hour, min int           // in the server's time zone
	waited    time.Duration // on the device, without a connection
	text      message.Text
}

// time returns when the line was sent, seen from now.
func (l demoLine) time(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()-l.daysAgo, l.hour, l.min, 0, 0, now.Location())
}

// demoHistory is the story of the first client: sleep, a talk at work, a
// sister. It ends with two messages that the therapist has not opened.
func demoHistory() []demoLine {
	return []demoLine{
		{therapist: true, daysAgo: 22, hour: 16, min: 40, text: "Hello Robin, welcome. This is a place for short notes between our appointments: something you want to remember, how a plan went, a question that will not wait. I read on weekdays and answer within two working days, usually in the afternoon."},
		{daysAgo: 22, hour: 18, min: 5, text: "Hi! Good to have this. I never know where to put the things I think of on the bus home."},
		{daysAgo: 21, hour: 7, min: 52, text: "First one then. I slept about five hours and woke up at four with the list in my head again."},
		{therapist: true, daysAgo: 21, hour: 14, min: 20, text: "Thank you for writing it down. Would you like to try something small until Thursday? Keep paper beside the bed. When the list wakes you, write it out, put the paper in the drawer, and close the drawer. The list is allowed to exist; it just has a place now."},
		{daysAgo: 21, hour: 14, min: 48, text: "A drawer for the list. I like that. I'll try."},
		{daysAgo: 19, hour: 8, min: 10, text: "Two nights of the drawer. The first did nothing. Last night I wrote eleven things, shut it and slept until six!"},
		{therapist: true, daysAgo: 19, hour: 15, min: 2, text: "Eleven things in the drawer and two more hours of sleep. What did you notice this morning?"},
		{daysAgo: 19, hour: 19, min: 31, text: "That eight of the eleven were about the talk next week. So it isn't really a list. It's one thing in a coat."},
		{therapist: true, daysAgo: 18, hour: 13, min: 15, text: "\"One thing in a coat\" – may I borrow that? Let's give the talk the first half of our next appointment. Bring the coat."},
		{daysAgo: 15, hour: 21, min: 3, waited: 2*time.Hour + 20*time.Minute, text: "Writing this on the train, no signal so it'll arrive whenever. After today I feel lighter. I want to keep one sentence from our talk: I can be nervous and prepared at the same time."},
		{therapist: true, daysAgo: 14, hour: 12, min: 44, text: "It arrived, and it is a good sentence to keep. You found it yourself, by the way."},
		{daysAgo: 12, hour: 7, min: 40, text: "It's today. Breakfast happened. Hands are cold."},
		{daysAgo: 12, hour: 12, min: 26, text: "Done!! My voice shook for the first two minutes and then I forgot about it. Someone asked a question I couldn't answer and I said \"I'll find out\", and nothing fell down."},
		{therapist: true, daysAgo: 12, hour: 15, min: 50, text: "Robin, that is wonderful to read. A shaking voice, a question without an answer, and the roof stayed on. How will you mark the day?"},
		{daysAgo: 12, hour: 16, min: 12, text: "Noodles with Kim and no laptop."},
		{daysAgo: 9, hour: 20, min: 47, text: "Not such a good day. My sister cancelled the weekend, third time. I said \"no problem\" and then was cross with everyone, mostly with me."},
		{therapist: true, daysAgo: 8, hour: 13, min: 31, text: "That sounds disappointing, and a bit lonely too. \"No problem\" was quick. If you could answer her again, slowly, what would you say?"},
		{daysAgo: 8, hour: 18, min: 20, text: "Probably: I was looking forward to it, and I'm sad. It looks so small written down."},
		{therapist: true, daysAgo: 7, hour: 14, min: 5, text: "Small and true. You don't have to send it to her. But keep it, and let's look at it together on Thursday."},
		{daysAgo: 5, hour: 17, min: 58, text: "For the record: I went running today. Twenty minutes, slowly, in drizzle. I hadn't since spring."},
		{therapist: true, daysAgo: 4, hour: 12, min: 12, text: "Noted for the record, drizzle included. What made it possible this time?"},
		{daysAgo: 4, hour: 18, min: 40, text: "I think because I didn't call it \"starting again\". I just called it going out."},
		{therapist: true, daysAgo: 3, hour: 15, min: 35, text: "That is worth remembering: the smaller word opened the door. See you on Thursday. If you like, note one thing you want to be sure we talk about."},
		{daysAgo: 2, hour: 21, min: 14, text: "One thing for Thursday: I sent my sister the slow answer after all. She called. We both cried a little and then talked about soup for half an hour."},
		{daysAgo: 1, hour: 8, min: 3, text: "And I slept seven hours. The drawer was empty this morning, I only noticed just now."},
	}
}

// secondDemoHistory is the story of the second client, who is new.
func secondDemoHistory() []demoLine {
	return []demoLine{
		{therapist: true, daysAgo: 6, hour: 11, min: 30, text: "Hello Sam, good to meet you today. Here you can write to me between appointments. I read on weekdays and answer within two working days. There is no right way to do it; single sentences are fine."},
		{daysAgo: 6, hour: 19, min: 22, text: "Thanks. I'm not much of a writer, but I'll give it a go."},
		{therapist: true, daysAgo: 5, hour: 13, min: 8, text: "That was two sentences already. How was the rest of the week?"},
		{daysAgo: 4, hour: 20, min: 16, text: "Mixed. Work was loud. The walk at lunch helped on two days out of five."},
		{therapist: true, daysAgo: 3, hour: 14, min: 50, text: "Two out of five in the first week is a real start. What was different about those two days?"},
		{daysAgo: 1, hour: 18, min: 35, text: "I went before I was hungry, and I left my phone on the desk. Can we move our next appointment to half past four, by the way? Otherwise the time we have is fine."},
	}
}
