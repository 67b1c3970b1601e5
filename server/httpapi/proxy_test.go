package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestForwarded(t *testing.T) {
	s := &server{Options: Options{TrustedProxies: []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"),
	}}}
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		host      string
		want      string
		wantHost  string
	}{
		"a stranger is not believed":              {"192.0.2.7:1", []string{"198.51.100.1"}, "evil.example", "192.0.2.7", "care.example"},
		"a proxy is":                              {"10.1.2.3:1", []string{"198.51.100.1"}, "other.example", "198.51.100.1", "other.example"},
		"what a client wrote before is not":       {"10.1.2.3:1", []string{"203.0.113.9, 198.51.100.1"}, "", "198.51.100.1", "care.example"},
		"a second header counts like the first":   {"10.1.2.3:1", []string{"203.0.113.9", "198.51.100.1"}, "", "198.51.100.1", "care.example"},
		"two proxies in a row":                    {"[fd00::1]:1", []string{"198.51.100.1, 10.9.9.9"}, "", "198.51.100.1", "care.example"},
		"an address of version 6":                 {"10.1.2.3:1", []string{"2001:db8::5"}, "", "2001:db8::5", "care.example"},
		"one of version 4 in the form of 6":       {"[::ffff:10.1.2.3]:1", []string{"::ffff:198.51.100.1"}, "", "198.51.100.1", "care.example"},
		"an address with a port":                  {"10.1.2.3:1", []string{"198.51.100.1:4711"}, "", "198.51.100.1", "care.example"},
		"one of version 6 with a port":            {"10.1.2.3:1", []string{"[2001:db8::5]:4711"}, "", "2001:db8::5", "care.example"},
		"nonsense leaves the proxy's own":         {"10.1.2.3:1", []string{"unknown"}, "", "10.1.2.3", "care.example"},
		"without the header it is the proxy":      {"10.1.2.3:1", nil, "", "10.1.2.3", "care.example"},
		"proxies all the way: the one connecting": {"10.1.2.3:1", []string{"10.0.0.9"}, "", "10.1.2.3", "care.example"},
	} {
		t.Run(name, func(t *testing.T) {
			var got netip.Addr
			var host string
			handler := s.forwarded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got, host = clientAddr(r), r.Host
			}))
			r := httptest.NewRequest(http.MethodGet, "https://care.example/", nil)
			r.RemoteAddr = c.remote
			for _, value := range c.forwarded {
				r.Header.Add("X-Forwarded-For", value)
			}
			if c.host != "" {
				r.Header.Set("X-Forwarded-Host", c.host)
			}
			handler.ServeHTTP(httptest.NewRecorder(), r)
			if got.String() != c.want || host != c.wantHost {
				t.Errorf("got %s and %s, want %s and %s", got, host, c.want, c.wantHost)
			}
			if r.RemoteAddr != c.remote {
				t.Error("the request of the caller was changed")
			}
		})
	}
}

func TestClientAddrOfOddConnection(t *testing.T) {
	if addr := clientAddr(&http.Request{RemoteAddr: "@"}); addr.IsValid() {
		t.Errorf("got %s", addr)
	}
}
