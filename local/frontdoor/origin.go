package frontdoor

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// AllowHost accepts requests sent to a host name that is no loopback name.
// Call it before the first request.
func (d *Door) AllowHost(host string) { d.hosts[strings.ToLower(host)] = true }

// AllowAnyHost accepts requests sent to any host name: for a runner that other
// machines are to reach, which may know it by any name. What a browser says of
// a request's origin still counts. Call it before the first request.
func (d *Door) AllowAnyHost() { d.anyHost = true }

// checkOrigin refuses what a web page in the user's browser could send: a
// request for a host that is not ours (DNS rebinding), one that carries the
// Origin of another site, or one that the browser itself calls cross-site
// unless somebody followed a link.
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
func (d *Door) checkOrigin(r *http.Request) error {
	if !d.isOurs(r.Host) {
		return fmt.Errorf("host %q is not served here", r.Host)
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" &&
		(r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Method != http.MethodGet) {
		return fmt.Errorf("requests of other sites are refused")
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	from, err := url.Parse(origin)
	if err != nil || !strings.EqualFold(from.Host, r.Host) {
		return fmt.Errorf("requests from %q are refused", origin)
	}
	return nil
}

func (d *Door) isOurs(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	host = strings.ToLower(host)
	if d.anyHost || host == "localhost" || strings.HasSuffix(host, ".localhost") || d.hosts[host] {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
