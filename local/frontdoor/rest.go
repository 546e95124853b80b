package frontdoor

import (
	"context"
	"encoding/json"
	"net/http"
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
	if _, pattern := e.rest.Handler(r); pattern == "" {
		writeJSONError(w, unknownOperation(r.Method+" "+r.URL.Path))
		return
	}
	e.rest.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), restKey{}, restCall{p, body})))
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
		writeRESTError(w, h.endpoint.undecodable(err))
		return
	}
	output, err := h.door.perform(r.Context(), call.principal, h.endpoint, h.operation, input)
	switch {
	case err != nil:
		writeRESTError(w, h.door.toError(h.endpoint.Name, h.operation.name, err))
	case h.operation.write != nil:
		h.operation.write(w, output)
	default:
		writeJSON(w, "application/json", h.operation.status, output, false)
	}
}

func (h restHandler) read(r *http.Request, body []byte, input any) error {
	if h.operation.read == nil {
		if err := decodeJSON(body, input); err != nil {
			return err
		}
	}
	members := map[string]string{}
	for name, values := range r.URL.Query() {
		members[name] = strings.Join(values, ",")
	}
	for _, name := range pathVariables(h.operation.pattern) {
		members[name] = r.PathValue(name)
	}
	if err := setMembers(input, members); err != nil {
		return err
	}
	if h.operation.read != nil {
		return h.operation.read(r, body, input)
	}
	return nil
}

func pathVariables(pattern string) []string {
	var names []string
	for _, segment := range strings.Split(pattern, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."))
		}
	}
	return names
}

// writeRESTError answers in REST-JSON: the code is in a header.
func writeRESTError(w http.ResponseWriter, e *Error) {
	w.Header().Set("x-amzn-ErrorType", e.Code)
	document := map[string]any{"Type": "User", "Message": e.Message, "message": e.Message}
	if e.fault() == "Receiver" {
		document["Type"] = "Service"
	}
	for name, value := range e.Members {
		document[name] = value
	}
	writeJSON(w, "application/json", e.status(), document, false)
}

// setMembers sets scalar members by their JSON names.
func setMembers(input any, members map[string]string) error {
	if len(members) == 0 {
		return nil
	}
	tree := map[string]any{}
	for name, text := range members {
		tree[name] = text
	}
	shaped, err := shape(tree, typeOf(input))
	if err != nil {
		return err
	}
	raw, err := json.Marshal(shaped)
	if err != nil {
		return err
	}
	return decodeJSON(raw, input)
}
