package state

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// Plan is a person's private safety plan. It never leaves the device.
type Plan struct {
	Signs   message.Text `json:"signs,omitempty"`   // warning signs
	Steps   message.Text `json:"steps,omitempty"`   // what they can do by themselves
	Reasons message.Text `json:"reasons,omitempty"` // to live
	Places  message.Text `json:"places,omitempty"`  // to go to
	Safer   message.Text `json:"safer,omitempty"`   // how they make their surroundings safer
	People  []Person     `json:"people,omitempty"`  // to call, in order
}

// Person is someone to call.
type Person struct {
	Name  message.Text `json:"name"`
	Phone message.Text `json:"phone"`
}

// Empty reports whether nothing was written into the plan.
func (p Plan) Empty() bool {
	return p.Signs == "" && p.Steps == "" && p.Reasons == "" && p.Places == "" && p.Safer == "" && len(p.People) == 0
}

// Plan returns the safety plan.
func (a *App) Plan() Plan {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.plan
}

// Country returns the ISO 3166 code of the country whose crisis lines are
// shown, empty while the person has not chosen.
func (a *App) Country() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.country
}

// Setup returns at which step of setting up their practice someone is, from 0.
func (a *App) Setup() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.setup
}

// SetSetup replaces that step by the one on the device.
func (a *App) SetSetup(step int) { a.change(func() { a.setup = step }) }

// SetPlan replaces the safety plan by the one on the device.
func (a *App) SetPlan(p Plan) { a.change(func() { a.plan = p }) }

// SetCountry replaces the country by the one on the device.
func (a *App) SetCountry(code string) { a.change(func() { a.country = code }) }

// Opened are the tickets that an operator opened on this device, each with when it
// was changed last before that.
type Opened map[uuid.UUID]time.Time

// maxOpened is how many of them are remembered.
const maxOpened = 200

// With returns them with one more; those that changed longest ago are forgotten.
func (o Opened) With(ticket uuid.UUID, changed time.Time) Opened {
	more := maps.Clone(o)
	if more == nil {
		more = make(Opened)
	}
	more[ticket] = changed
	for len(more) > maxOpened {
		delete(more, slices.MinFunc(slices.Collect(maps.Keys(more)), func(a, b uuid.UUID) int {
			return cmp.Or(more[a].Compare(more[b]), slices.Compare(a[:], b[:]))
		}))
	}
	return more
}

// Opened returns the tickets that were opened here. They are not to be changed.
func (a *App) Opened() Opened {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.opened
}

// SetOpened replaces the tickets that were opened here by those on the device.
func (a *App) SetOpened(o Opened) { a.change(func() { a.opened = o }) }
