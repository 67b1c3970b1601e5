package faults

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"pleiades/server/store/storetest"
)

// mustProxy stands between callers and an address until the test ends.
func mustProxy(t *testing.T, upstream string) *toxiproxy.Proxy {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, t.Name(), "127.0.0.1:0", upstream)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy
}

// poison makes the network bad, by a toxic of a type with its attributes.
func poison(t *testing.T, proxy *toxiproxy.Proxy, kind, stream, attributes string) {
	t.Helper()
	toxic := fmt.Sprintf(`{"type":%q,"stream":%q,"attributes":{%s}}`, kind, stream, attributes)
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

// badNetwork is a toxic: its type, direction and attributes.
type badNetwork struct{ kind, stream, attributes string }

// networks are bad in one way each. That of timeout lets nothing through, and
// that of limit_data breaks each connection after so many bytes.
var networks = []badNetwork{
	{"latency", "downstream", `"latency":30,"jitter":20`},
	{"slicer", "upstream", `"average_size":64,"size_variation":32,"delay":100`},
	{"slicer", "downstream", `"average_size":64,"size_variation":32,"delay":100`},
	{"limit_data", "upstream", `"bytes":5000`},
	{"limit_data", "downstream", `"bytes":5000`},
	{"timeout", "downstream", `"timeout":300`},
}

// toDatabase are the attributes for a connection over which a transaction needs
// more bytes than a message does.
func (n badNetwork) toDatabase() string { return strings.Replace(n.attributes, "5000", "40000", 1) }

// TestBadNetwork sends through networks that are slow, cut up, lossy and broken,
// between callers and the server, and between the server and its database.
// Callers send again until there is an answer, after a while by a good network.
func TestBadNetwork(t *testing.T) {
	for _, mutant := range []string{"", noIdempotency} {
		for _, n := range networks {
			if mutant != "" && n.kind+n.stream != "limit_datadownstream" {
				continue // where no answer is lost, it does no harm
			}
			t.Run(strings.Join([]string{n.kind, n.stream, mutant}, " "), func(t *testing.T) {
				storetest.EachURL(t, func(t *testing.T, url string) {
					p := mustSite(t, storetest.MustOpenAgain(t, url), "").mustPeople(t)
					s := mustSite(t, storetest.MustOpenAgain(t, url), mutant)
					proxy := mustProxy(t, s.Listener.Addr().String())
					s.Config.Handler = anyHost(s.Config.Handler, s.Listener.Addr().String())
					p.moveTo("http://" + proxy.Listen)
					verdict(t, "slow, lossy, cut networks", mutant, surviveNetwork(t, p, proxy, n.kind, n.stream, n.attributes))
				})
				if mutant != "" {
					return
				}
				t.Run("to the database", func(t *testing.T) {
					direct := storetest.MustURL(t, storetest.Postgres)
					p := mustSite(t, storetest.MustOpenAgain(t, direct), "").mustPeople(t)
					u, err := url.Parse(direct)
					if err != nil {
						t.Fatal(err)
					}
					proxy := mustProxy(t, u.Host)
					u.Host = proxy.Listen
					p.moveTo(mustSite(t, storetest.MustOpenAgain(t, u.String()), "").URL)
					verdict(t, "slow, lossy, cut networks", "", surviveNetwork(t, p, proxy, n.kind, n.stream, n.toDatabase()))
				})
			})
		}
	}
}

// anyHost takes requests that come by way of a proxy.
func anyHost(h http.Handler, host string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = host
		h.ServeHTTP(w, r)
	})
}

// surviveNetwork sends through a bad network, and reports whether the history
// makes sense.
func surviveNetwork(t *testing.T, p people, proxy *toxiproxy.Proxy, kind, stream, attributes string) bool {
	const messages = 12
	h := newHistory()
	poison(t, proxy, kind, stream, attributes)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for range messages {
			if !sendUntilAcked(t, p, h, uuid.New()) {
				return
			}
		}
	}()
	if kind == "timeout" {
		awaitLost(t, h)
		if n := h.count(); n > 0 {
			t.Errorf("%d messages came through", n)
		}
		proxy.Toxics.ResetToxics(t.Context())
	}
	<-sent
	proxy.Toxics.ResetToxics(t.Context())
	call := h.now()
	list, err := p.therapist.list(t.Context(), p.conversation)
	if err != nil {
		t.Fatal(err)
	}
	h.add(call, asked{}, heard{list: list})
	return h.holds(t)
}

// awaitLost waits until an answer is lost.
func awaitLost(t *testing.T, h *history) {
	t.Helper()
	lost := func() int {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.lost)
	}
	for deadline := time.Now().Add(patience); lost() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no answer is lost")
		}
	}
}

// TestLostAnswer lets a message through and loses the answer, after the commit:
// sent again it is the same message, at the same place, once.
func TestLostAnswer(t *testing.T) {
	for _, mutant := range []string{"", noIdempotency} {
		t.Run(mutant, func(t *testing.T) {
			storetest.EachURL(t, func(t *testing.T, address string) {
				s := mustSite(t, storetest.MustOpenAgain(t, address), mutant)
				p := s.mustPeople(t)
				target, err := url.Parse(s.URL)
				if err != nil {
					t.Fatal(err)
				}
				var lose atomic.Bool
				lose.Store(true)
				between := &http.Server{Handler: &httputil.ReverseProxy{
					Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
					ModifyResponse: func(*http.Response) error {
						if lose.Swap(false) {
							panic(http.ErrAbortHandler)
						}
						return nil
					},
				}}
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				go func() { _ = between.Serve(listener) }() // until it is closed
				t.Cleanup(func() { between.Close() })
				p.client.moveTo("http://" + listener.Addr().String())

				id := uuid.New()
				if _, status, _, err := p.client.put(t.Context(), p.conversation, id, "hello"); err == nil {
					t.Fatalf("the answer arrived: %d", status)
				}
				m, status, code, err := p.client.put(t.Context(), p.conversation, id, "hello")
				if err != nil {
					t.Fatalf("again: %d %s, %v", status, code, err)
				}
				list, err := p.therapist.list(t.Context(), p.conversation)
				if err != nil {
					t.Fatal(err)
				}
				verdict(t, "the answer is lost", mutant,
					status == http.StatusOK && m.Seq == 1 && len(list) == 1 && list[0].ID == id && list[0].Seq == 1)
			})
		})
	}
}
