package httpapi

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Quotas of HTTP APIs, in bytes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxBody   = 10 << 20
	maxHeader = 10240 // of the request line and all headers
)

// presetBodyTimeout is how long a client may take to send a request's body.
const presetBodyTimeout = time.Minute

// exchange is one request and what becomes known of it on the way.
type exchange struct {
	api      *api
	config   *configuration
	request  *http.Request
	id       string
	received time.Time
	route    *route // nil if none matches
	path     map[string]string
	stage    *stage // nil if there is none
	caller   *authorizerContext
	body     []byte
	failure  string        // why the integration failed, for the access log
	latency  time.Duration // of the integration
}

// answer is a response to the client.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// message is an answer of API Gateway itself.
func message(status int, text string) answer {
	return answer{status, http.Header{"Content-Type": {"application/json"}}, []byte(`{"message":"` + text + `"}`)}
}

// Answers of API Gateway.
var (
	unauthorized    = message(http.StatusUnauthorized, "Unauthorized")
	forbidden       = message(http.StatusForbidden, "Forbidden")
	notFound        = message(http.StatusNotFound, "Not Found")
	headersTooLarge = message(http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
	tooLarge        = message(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	tooMany         = message(http.StatusTooManyRequests, "Too Many Requests")
	internalError   = message(http.StatusInternalServerError, "Internal Server Error")
	unavailable     = message(http.StatusServiceUnavailable, "Service Unavailable")
	tooSlow         = message(http.StatusRequestTimeout, "Request Timeout")
	badRequest      = message(http.StatusBadRequest, "Bad Request")
)

// ServeHTTP answers a request to the API.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{api: a, config: a.current.Load(), request: r, id: newRequestID(), received: time.Now()}
	w.Header().Set("Apigw-Requestid", x.id)
	switch cors := x.config.cors; {
	case !a.isFriendly(r, cors):
		x.write(w, forbidden)
	case cors.isPreflight(r):
		cors.preflight(w, r.Header.Get("Origin"))
	default:
		x.write(w, x.answer(w))
	}
}

func (x *exchange) answer(w http.ResponseWriter) answer {
	if x.stage = x.config.stage; x.stage == nil {
		return notFound
	}
	if headerSize(x.request) > maxHeader {
		return headersTooLarge
	}
	if x.route, x.path = find(x.config.routes, x.request.Method, x.request.URL.EscapedPath()); x.route == nil {
		return notFound
	}
	if !x.stage.limits.allow(x.route.key, x.received) {
		return tooMany
	}
	if refusal := x.authorize(); refusal != nil {
		return *refusal
	}
	if refusal := x.readBody(w); refusal != nil {
		return *refusal
	}
	return x.integrate()
}

// readBody reads a body of at most maxBody bytes, for no longer than the
// service's body timeout, or returns the answer that refuses it.
func (x *exchange) readBody(w http.ResponseWriter) (refusal *answer) {
	connection := http.NewResponseController(w)
	// What is no connection, such as a test's recorder, can't be slow either.
	limited := connection.SetReadDeadline(x.received.Add(x.api.service.bodyTimeout)) == nil
	body, err := io.ReadAll(http.MaxBytesReader(w, x.request.Body, maxBody))
	if limited && err == nil {
		err = connection.SetReadDeadline(time.Time{})
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return &tooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		return &tooSlow
	case err != nil:
		return &badRequest
	}
	x.body = body
	return nil
}

func (x *exchange) write(w http.ResponseWriter, out answer) {
	header := w.Header()
	for name, values := range out.header {
		header[name] = values
	}
	x.config.cors.apply(header, x.request.Header.Get("Origin"))
	if out.status != http.StatusNoContent && out.status != http.StatusNotModified && out.status >= 200 {
		header.Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	w.WriteHeader(out.status)
	w.Write(out.body) // the client may be gone; the request is handled all the same
	if x.stage != nil && x.stage.log != nil {
		x.stage.log.add(x, out)
	}
}

// isFriendly refuses what a web page in the user's browser could send against
// the user's will: requests to a host name that only leads here (DNS
// rebinding), and those of another site, unless CORS allows it.
func (a *api) isFriendly(r *http.Request, cors *cors) bool {
	if !a.service.config.AllowRemote && !isLoopback(r.Host) {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" || cors.allowed(origin) != "" {
		return true
	}
	from, err := url.Parse(origin)
	// A preflight is answered to anyone: it changes nothing.
	return err == nil && from.Host == r.Host || cors.isPreflight(r)
}

func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func headerSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("Host") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

// newRequestID returns an id that looks like those of HTTP APIs.
func newRequestID() string {
	raw := make([]byte, 11)
	rand.Read(raw)
	return base64.URLEncoding.EncodeToString(raw)
}
