package httpapi_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"pleiades/server/httpapi"
	"pleiades/server/store/storetest"
)

// TestDrawnAside holds back what is shown: whoever asks for no page does not wait
// for it. Where it cannot be shown, it is said, and the API answers all the same.
func TestDrawnAside(t *testing.T) {
	broken := errors.New("no pages")
	for name, want := range map[string]struct {
		err   error
		login int
	}{"in the end": {nil, http.StatusOK}, "never": {broken, http.StatusInternalServerError}} {
		t.Run(name, func(t *testing.T) {
			opts := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil).options
			prepare, begin := opts.Prepare, make(chan error)
			opts.Prepare = func() (show httpapi.Show, err error) {
				if err = <-begin; err == nil {
					show, err = prepare()
				}
				return show, err
			}
			handler, drawn, err := httpapi.New(opts)
			if err != nil {
				t.Fatal(err)
			}
			ask := func(path string) int {
				r := httptest.NewRequest(http.MethodGet, opts.PublicURL.String()+path, nil)
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, r)
				return answer.Code
			}
			if got := ask("/readyz"); got != http.StatusOK {
				t.Errorf("/readyz: got %d", got)
			}
			if got := ask("/api/v1/ingest-keys"); got != http.StatusOK {
				t.Errorf("the API: got %d", got)
			}
			page := make(chan int)
			go func() { page <- ask("/login") }()
			begin <- want.err
			if got := <-page; got != want.login {
				t.Errorf("/login: got %d, want %d", got, want.login)
			}
			if err := drawn(); !errors.Is(err, want.err) {
				t.Errorf("drawn: %v, want %v", err, want.err)
			}
		})
	}
}
