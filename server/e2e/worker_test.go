package e2e

import (
	"context"

	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// WaitWorker waits until the service worker controls the page, which then
// works without the server.
func (tab *Tab) WaitWorker() {
	tab.t.Helper()
	tab.WaitFor("the service worker to control the page", "navigator.serviceWorker.controller?.state === 'activated'")
}

// DispatchSync makes the browser run a Background Sync of an origin, as it
// does when a connection is back. No page of the origin needs to be open.
func (b *Browser) DispatchSync(origin, tag string) { b.t.Helper(); b.dispatchSync(origin, tag, false) }

// DispatchLastSync is DispatchSync for the last time: the browser tries no more.
func (b *Browser) DispatchLastSync(origin, tag string) {
	b.t.Helper()
	b.dispatchSync(origin, tag, true)
}

func (b *Browser) dispatchSync(origin, tag string, last bool) {
	b.t.Helper()
	tab := b.openBlank()
	defer tab.Close()

	registrations := make(chan serviceworker.RegistrationID, 1)
	chromedp.ListenTarget(tab.ctx, func(event any) {
		updated, ok := event.(*serviceworker.EventWorkerRegistrationUpdated)
		if !ok {
			return
		}
		for _, registration := range updated.Registrations {
			if registration.ScopeURL == origin+"/" && !registration.IsDeleted {
				select {
				case registrations <- registration.RegistrationID:
				default: // one is enough
				}
			}
		}
	})
	// Enabling anew tells of the registrations that are there.
	tab.do("dispatch a sync event", serviceworker.Disable(), serviceworker.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		select {
		case registration := <-registrations:
			return serviceworker.DispatchSyncEvent(origin, registration, tag, last).Do(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}))
}
