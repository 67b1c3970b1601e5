package state

import "pleiades/shared/wire"

// Requests returns the requests for care of the account and to it, nil while
// they are not known. They are never to be changed.
func (a *App) Requests() *wire.Requests {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requests
}

// SetRequests notes the requests for care.
func (a *App) SetRequests(r *wire.Requests) { a.change(func() { a.requests = r }) }
