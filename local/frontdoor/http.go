package frontdoor

import (
	"errors"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/iam"
)

// MaxBody is the largest request body accepted, in bytes: DynamoDB's limit for
// one request, the largest of all services here.
const MaxBody = 16 << 20

// presetBodyTimeout is how long a client may take to send a request's body.
const presetBodyTimeout = time.Minute

// ServeHTTP answers a request to the endpoint.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.faults != nil {
		r = traced(r)
	}
	if err := d.checkOrigin(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if isForPeople(r) {
		d.pages.ServeHTTP(w, r)
		return
	}
	w.Header().Set("x-amzn-RequestId", uuid.NewString())
	defer d.surviveDecoding(w, r)
	if e, p := d.streams(r); e != nil {
		d.serveRESTXML(w, r, e, p)
		return
	}
	body, failure := d.readBody(w, r)
	if failure != nil {
		d.refuse(w, r, failure)
		return
	}
	d.dispatch(w, r, body)
}

// readBody reads a body of at most MaxBody bytes, for no longer than the
// door's body timeout.
func (d *Door) readBody(w http.ResponseWriter, r *http.Request) ([]byte, *Error) {
	connection := http.NewResponseController(w)
	// What is no connection, such as a test's recorder, can't be slow either.
	limited := connection.SetReadDeadline(time.Now().Add(d.bodyTimeout)) == nil
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if limited && err == nil {
		err = connection.SetReadDeadline(time.Time{})
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &Error{Code: "RequestEntityTooLargeException", Message: "Request body is too large.", Status: http.StatusRequestEntityTooLarge}
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		return nil, &Error{Code: "RequestTimeoutException", Message: "The request body did not arrive in time.", Status: http.StatusRequestTimeout}
	case err != nil:
		return nil, Errorf("SerializationException", "the request body can't be read: %v", err)
	}
	return body, nil
}

// isForPeople tells a browser's request from a call of an API.
func isForPeople(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		r.Header.Get("Authorization") == "" && r.URL.Query().Get("Action") == ""
}

// surviveDecoding answers a request whose decoding or encoding panicked, in
// code of a service; perform sees to the operations themselves.
func (d *Door) surviveDecoding(w http.ResponseWriter, r *http.Request) {
	if cause := recover(); cause != nil {
		d.log.Error("request panicked", "method", r.Method, "path", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
		d.refuse(w, r, internalFailure())
	}
}

// refuse answers a request that reaches no service.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, e *Error) {
	if isForm(r) {
		writeQueryError(w, Service{}, e)
		return
	}
	d.writeRESTError(w, e)
}

func (d *Door) dispatch(w http.ResponseWriter, r *http.Request, body []byte) {
	signer, p := d.identify(r)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		d.serveJSON(w, r, signer, p, target, body)
		return
	}
	form, err := queryForm(r, body)
	if err != nil {
		d.refuse(w, r, Errorf("MalformedQueryString", "the parameters can't be read: %v", err))
		return
	}
	if form.Get("Action") != "" {
		d.serveQuery(w, r, signer, p, form)
		return
	}
	if p.Kind == iam.Nobody {
		d.refuse(w, r, missingToken())
		return
	}
	for _, e := range d.bySigner[signer] {
		if e.Protocol == RESTJSON {
			d.serveREST(w, r, e, p, body)
			return
		}
	}
	d.refuse(w, r, unknownOperation(signer+" "+r.Method+" "+r.URL.Path))
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
	if len(scope) != 5 || scope[0] == "" || scope[4] != "aws4_request" {
		return "", iam.Principal{}
	}
	return scope[3], d.directory.Identify(scope[0])
}
