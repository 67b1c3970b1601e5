package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pleiades/server/httpapi"
	"pleiades/server/limit"
)

// writeRate is how often one account may change anything but by messages.
var writeRate = limit.Rate{Burst: 120, Every: time.Minute / 120}

// ticketRate is how often one account may write to support.
var ticketRate = limit.Rate{Burst: 20, Every: time.Minute}

// limits returns how often things may be done. What anyone may ask for follows
// the limit of logins; a whole practice behind one address asks its passkeys
// each time it unlocks.
func (c *config) limits() (httpapi.Limits, error) {
	login, err := parseRate(c.loginLimit)
	if err != nil {
		return httpapi.Limits{}, err
	}
	messages, err := parseRate(c.messageLimit)
	if err != nil {
		return httpapi.Limits{}, err
	}
	write := writeRate
	if messages == (limit.Rate{}) {
		write = limit.Rate{} // one setting lifts both
	}
	return httpapi.Limits{
		Login:       login,
		Entry:       limit.Rate{Burst: 6 * login.Burst, Every: login.Every / 6},
		Request:     limit.Rate{Burst: 3 * login.Burst, Every: login.Every},
		Question:    limit.Rate{Burst: 30 * login.Burst, Every: login.Every / 60},
		Message:     messages,
		Write:       write,
		Invitations: limit.Rate{Burst: 50, Every: time.Minute},
		Feedback:    limit.Rate{Burst: 30, Every: time.Minute},
		Tickets:     limit.Rate{Burst: 3 * login.Burst, Every: login.Every},
		Application: limit.Rate{Burst: login.Burst, Every: 10 * login.Every},
	}, nil
}

// parseRate reads a limit such as 10/1m, or off.
func parseRate(text string) (limit.Rate, error) {
	if text == "off" {
		return limit.Rate{}, nil
	}
	burst, every, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(burst)
	d, errEvery := time.ParseDuration(every)
	if err != nil || errEvery != nil || n < 1 || n > 1_000_000 || d < time.Millisecond || d > 24*time.Hour {
		return limit.Rate{}, fmt.Errorf("must be a number and a time such as 10/1m, or off")
	}
	return limit.Rate{Burst: n, Every: d}, nil
}
