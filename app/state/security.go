package state

import (
	"slices"

	"pleiades/shared/wire"
)

// Reset returns the new password that waits to take effect, nil if none does.
func (a *App) Reset() *wire.PasswordReset {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.reset == nil {
		return nil
	}
	reset := *a.reset
	return &reset
}

// SetReset notes the new password that waits to take effect, nil for none.
func (a *App) SetReset(reset *wire.PasswordReset) { a.change(func() { a.reset = reset }) }

// Alerts returns what happened to the account elsewhere and was not put away,
// the oldest first: one of each kind, the newest.
func (a *App) Alerts() []wire.SecurityEvent {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.alerts)
}

// AddAlert notes that something happened to the account elsewhere.
func (a *App) AddAlert(e wire.SecurityEvent) {
	a.change(func() { a.alerts = append(withoutAlert(a.alerts, e.Notice), e) })
}

// DropAlert puts away what was said of one kind.
func (a *App) DropAlert(notice wire.SecurityNotice) {
	a.change(func() { a.alerts = withoutAlert(a.alerts, notice) })
}

func withoutAlert(alerts []wire.SecurityEvent, notice wire.SecurityNotice) []wire.SecurityEvent {
	return slices.DeleteFunc(slices.Clone(alerts), func(e wire.SecurityEvent) bool { return e.Notice == notice })
}

// Credentials counts the changes to the account's credentials and devices that
// the app has heard of: after each, what was fetched of them is out of date.
func (a *App) Credentials() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.credentials
}

// ChangeCredentials notes a change to the account's credentials or devices.
func (a *App) ChangeCredentials() { a.change(func() { a.credentials++ }) }
