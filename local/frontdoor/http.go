package frontdoor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"eda-demo/local/iam"
)

// MaxBody is the largest request body accepted, in bytes: DynamoDB's limit for
// one request, the largest of all services here.
const MaxBody = 16 << 20

// AllowHost accepts requests sent to a host name that is no loopback name.
func (d *Door) AllowHost(host string) { d.hosts[host] = true }

// ServeHTTP answers a request to the endpoint.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := d.checkOrigin(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if r.Header.Get("Authorization") == "" && r.Method == http.MethodGet && r.URL.Query().Get("Action") == "" {
		d.pages.ServeHTTP(w, r)
		return
	}
	w.Header().Set("x-amzn-RequestId", uuid.NewString())
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		writeJSONError(w, &Error{Code: "RequestEntityTooLargeException", Message: "Request body is too large.", Status: http.StatusRequestEntityTooLarge})
	case err != nil:
		writeJSONError(w, Errorf("SerializationException", "the request body can't be read: %v", err))
	default:
		d.dispatch(w, r, body)
	}
}

// checkOrigin refuses what a web page in the user's browser could send: a
// request for a host that is not ours (DNS rebinding), or one that carries the
// Origin of another site.
func (d *Door) checkOrigin(r *http.Request) error {
	if !d.isOurs(r.Host) {
		return fmt.Errorf("host %q is not served here", r.Host)
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	from, err := url.Parse(origin)
	if err != nil || from.Host != r.Host {
		return fmt.Errorf("requests from %q are refused", origin)
	}
	return nil
}

func (d *Door) isOurs(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || d.hosts[host] {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (d *Door) dispatch(w http.ResponseWriter, r *http.Request, body []byte) {
	signer, p := d.identify(r)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		d.serveJSON(w, r, signer, p, target, body)
		return
	}
	if form, ok := queryForm(r, body); ok {
		d.serveQuery(w, r, signer, p, form)
		return
	}
	if p.Kind == iam.Nobody {
		writeJSONError(w, missingToken())
		return
	}
	for _, e := range d.bySigner[signer] {
		if e.Protocol == RESTJSON {
			d.serveREST(w, r, e, p, body)
			return
		}
	}
	writeJSONError(w, unknownOperation(signer+" "+r.Method+" "+r.URL.Path))
}

func missingToken() *Error {
	return &Error{Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token", Status: http.StatusForbidden}
}

// identify reads the SigV4 credential scope: the signing name of the service
// that the client means, and whose key it is. The signature itself is not
// verified: keys that were not issued here stand for the administrator, so a
// forged one gains nothing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func (d *Door) identify(r *http.Request) (signer string, p iam.Principal) {
	_, rest, found := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if !found {
		return "", iam.Principal{}
	}
	credential, _, _ := strings.Cut(rest, ",")
	scope := strings.Split(strings.TrimSpace(credential), "/")
	if len(scope) != 5 || scope[4] != "aws4_request" {
		return "", iam.Principal{}
	}
	return scope[3], d.directory.Identify(scope[0])
}

func (d *Door) serveJSON(w http.ResponseWriter, r *http.Request, signer string, p iam.Principal, target string, body []byte) {
	prefix, name, _ := strings.Cut(target, ".")
	e := d.byTarget[prefix]
	if e == nil || e.signingName() != signer && p.Kind != iam.Nobody {
		writeJSONError(w, unknownOperation(target))
		return
	}
	output, failure := d.handleJSON(r, e, p, name, body)
	contentType := "application/x-amz-json-1.0"
	if e.Protocol == JSON11 {
		contentType = "application/x-amz-json-1.1"
	}
	if failure != nil {
		if failure.QueryCode != "" {
			w.Header().Set("x-amzn-query-error", failure.QueryCode+";"+failure.fault())
		}
		writeJSON(w, contentType, failure.status(), errorDocument(failure), e.CRC32)
		return
	}
	writeJSON(w, contentType, http.StatusOK, output, e.CRC32)
}

func (d *Door) handleJSON(r *http.Request, e *endpoint, p iam.Principal, name string, body []byte) (any, *Error) {
	if p.Kind == iam.Nobody {
		return nil, missingToken()
	}
	op, ok := e.operations[name]
	if !ok {
		return nil, unknownOperation(name)
	}
	input := op.input()
	if err := decodeJSON(body, input); err != nil {
		return nil, e.undecodable(err)
	}
	output, err := d.perform(r.Context(), p, e, op, input)
	if err != nil {
		return nil, d.toError(e.Name, name, err)
	}
	return output, nil
}

// undecodable tells input that is no JSON from input of another shape.
func (e *endpoint) undecodable(err error) *Error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Errorf("SerializationException", "the request is not JSON: %v", err)
	}
	return e.invalid(err)
}

// decodeJSON decodes strictly: a member that is not known could change what
// the call does, so it is refused rather than ignored.
func decodeJSON(raw []byte, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("data after the top-level value")
	}
	return nil
}

func errorDocument(e *Error) map[string]any {
	document := map[string]any{"__type": e.Code, "message": e.Message}
	for name, value := range e.Members {
		document[name] = value
	}
	return document
}

func writeJSONError(w http.ResponseWriter, e *Error) {
	w.Header().Set("x-amzn-ErrorType", e.Code)
	writeJSON(w, "application/x-amz-json-1.1", e.status(), errorDocument(e), false)
}

func writeJSON(w http.ResponseWriter, contentType string, status int, value any, checksum bool) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, `{"__type":"InternalFailure"}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if checksum {
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	w.WriteHeader(status)
	w.Write(body)
}
