package frontdoor

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"eda-demo/local/iam"
)

// restCall carries what dispatch has found to the handler behind the mux.
type restCall struct {
	principal iam.Principal
	body      []byte
}

type restKey struct{}

func (d *Door) serveREST(w http.ResponseWriter, r *http.Request, e *endpoint, p iam.Principal, body []byte) {
	r = withoutSlash(r)
	// The mux would also redirect to a tidier path, which no client follows.
	if handler, _ := e.rest.Handler(r); !isOperation(handler) {
		d.writeRESTError(w, unknownOperation(r.Method+" "+r.URL.Path))
		return
	}
	e.rest.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), restKey{}, restCall{p, body})))
}

// withoutSlash is the request without the slash at the end of its path that
// some clients send: AWS takes both for the same operation.
func withoutSlash(r *http.Request) *http.Request {
	if !strings.HasSuffix(r.URL.Path, "/") || r.URL.Path == "/" {
		return r
	}
	trimmed := *r.URL
	trimmed.Path = strings.TrimSuffix(trimmed.Path, "/")
	trimmed.RawPath = strings.TrimSuffix(trimmed.RawPath, "/")
	r = r.WithContext(r.Context())
	r.URL = &trimmed
	return r
}

func isOperation(handler http.Handler) bool {
	_, ok := handler.(restHandler)
	return ok
}

type restHandler struct {
	door      *Door
	endpoint  *endpoint
	operation Operation
}

func (h restHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := r.Context().Value(restKey{}).(restCall)
	input := h.operation.input()
	if err := h.read(r, call.body, input); err != nil {
		h.door.writeRESTError(w, h.endpoint.undecodable(err))
		return
	}
	output, err := h.door.perform(r.Context(), call.principal, h.endpoint, h.operation, input)
	switch {
	case err != nil:
		h.door.writeRESTError(w, h.door.toError(r.Context(), h.endpoint.Name, h.operation.name, err))
	case h.operation.write != nil:
		h.operation.write(w, output)
	default:
		h.door.write(w, answer{status: h.operation.status, contentType: "application/json", value: output})
	}
}

func (h restHandler) read(r *http.Request, body []byte, input any) error {
	if h.operation.read == nil {
		if err := decodeJSON(body, input); err != nil {
			return err
		}
	}
	if err := h.readURL(r, input); err != nil {
		return err
	}
	if h.operation.read != nil {
		return h.operation.read(r, body, input)
	}
	return nil
}

// readURL sets the members that come in the path and in the query.
func (h restHandler) readURL(r *http.Request, input any) error {
	members := map[string]any{}
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) != 1 {
			return fmt.Errorf("parameter %s is given more than once", name)
		}
		members[name] = query[name][0]
	}
	for _, name := range pathVariables(h.operation.pattern) {
		members[name] = r.PathValue(name)
	}
	if len(members) == 0 {
		return nil
	}
	shaped, err := shape(members, typeOf(input))
	if err != nil {
		return err
	}
	raw, err := json.Marshal(shaped)
	if err != nil {
		return err
	}
	return decodeJSON(raw, input)
}

func pathVariables(pattern string) []string {
	var names []string
	for _, segment := range strings.Split(pattern, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && name != "$}" {
			names = append(names, strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."))
		}
	}
	return names
}

// writeRESTError answers in REST-JSON: the code is in a header.
func (d *Door) writeRESTError(w http.ResponseWriter, e *Error) {
	w.Header().Set("x-amzn-ErrorType", e.Code)
	document := e.document()
	if _, given := e.Members["Type"]; !given {
		document["Type"] = "User"
		if e.fault() == "Receiver" {
			document["Type"] = "Service"
		}
	}
	d.write(w, answer{status: e.status(), contentType: "application/json", value: document})
}
