package e2e

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// refuseOnce answers the page's next request of a method to a path of the API in
// the server's place, with a code and, for 429, a short time to wait.
func (tab *Tab) refuseOnce(method, path string, status int64, code string) {
	tab.t.Helper()
	ctx, done := context.WithCancel(tab.ctx)
	body := fmt.Sprintf(`{"title":"refused","status":%d,"code":%q}`, status, code)
	chromedp.ListenTarget(ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		refuse := paused.Request.Method == method
		if refuse {
			done()
		}
		go func() {
			_ = chromedp.Run(tab.ctx, chromedp.ActionFunc(func(ctx context.Context) error {
				if !refuse {
					return fetch.ContinueRequest(paused.RequestID).Do(ctx)
				}
				err := fetch.FulfillRequest(paused.RequestID, status).
					WithResponseHeaders([]*fetch.HeaderEntry{
						{Name: "Content-Type", Value: "application/problem+json"},
						{Name: "Retry-After", Value: "3"},
					}).
					WithBody(base64.StdEncoding.EncodeToString([]byte(body))).Do(ctx)
				if err != nil {
					return err
				}
				return fetch.Disable().Do(ctx)
			}))
		}()
	})
	tab.do("refuse "+path, fetch.Enable().WithPatterns([]*fetch.RequestPattern{{URLPattern: "*/api/v1" + path}}))
}
