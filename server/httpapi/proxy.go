package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded makes of a request that came through trusted proxies what it was
// before: its remote address is the one that the outermost of them saw, its
// host the one it was asked for. Of others no X-Forwarded-* header is believed.
func (s *server) forwarded(next http.Handler) http.Handler {
	if len(s.TrustedProxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.trusts(clientAddr(r)) {
			changed := *r
			r = &changed
			if addr, ok := s.origin(r.Header.Values("X-Forwarded-For")); ok {
				r.RemoteAddr = netip.AddrPortFrom(addr, 0).String()
			}
			if host := r.Header.Get("X-Forwarded-Host"); host != "" {
				r.Host = host
			}
		}
		next.ServeHTTP(w, r)
	})
}

// origin returns the last address of X-Forwarded-For that is not a trusted
// proxy's: what stands before it anyone could have written.
func (s *server) origin(headers []string) (netip.Addr, bool) {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, ok := parseHop(strings.TrimSpace(hop))
		if !ok {
			return netip.Addr{}, false
		}
		if !s.trusts(addr) {
			return addr, true
		}
	}
	return netip.Addr{}, false
}

// parseHop reads an entry of X-Forwarded-For. Some proxies add the port.
func parseHop(hop string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(hop)
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(hop)
		addr = with.Addr()
	}
	return addr.Unmap(), err == nil
}

func (s *server) trusts(addr netip.Addr) bool {
	return addr.IsValid() && slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// clientAddr returns the address that a request comes from, by which limits
// count; the zero Addr where the connection has none.
func clientAddr(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, _ := netip.ParseAddr(host) // the zero Addr if it is none
	return addr.Unmap().WithZone("")
}
