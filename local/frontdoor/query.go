package frontdoor

import (
	"net/http"
	"net/url"
	"strings"

	"eda-demo/local/iam"
)

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// queryForm returns the parameters of a Query call. Without the parameter
// Action it is no such call.
func queryForm(r *http.Request, body []byte) (url.Values, error) {
	inURL, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || inURL.Get("Action") != "" || !isForm(r) {
		return inURL, err
	}
	return url.ParseQuery(string(body))
}

func (d *Door) serveQuery(w http.ResponseWriter, r *http.Request, signer string, p iam.Principal, form url.Values) {
	name := form.Get("Action")
	e, op, failure := d.queryOperation(signer, p, name)
	if failure != nil {
		writeQueryError(w, Service{}, failure)
		return
	}
	output, failure := d.handleQuery(r, e, op, p, form)
	if failure != nil {
		writeQueryError(w, e.Service, failure)
		return
	}
	writeQueryAnswer(w, e.Service, name, output)
}

// queryOperation finds the operation among the Query services of a signing
// name; for an unsigned request, among the operations that need no signature.
func (d *Door) queryOperation(signer string, p iam.Principal, name string) (*endpoint, Operation, *Error) {
	if p.Kind != iam.Nobody {
		for _, e := range d.bySigner[signer] {
			if op, ok := e.operations[name]; ok && e.Protocol == Query {
				return e, op, nil
			}
		}
		return nil, Operation{}, Errorf("InvalidAction", "The action %s is not valid for this endpoint.", name)
	}
	for _, e := range d.byName {
		if op, ok := e.operations[name]; ok && e.Protocol == Query && op.unsigned {
			return e, op, nil
		}
	}
	return nil, Operation{}, &Error{Code: "MissingAuthenticationToken", Message: "Request is missing Authentication Token", Status: http.StatusForbidden}
}

func (d *Door) handleQuery(r *http.Request, e *endpoint, op Operation, p iam.Principal, form url.Values) (any, *Error) {
	input := op.input()
	if err := decodeForm(form, input); err != nil {
		return nil, e.invalid(err)
	}
	output, err := d.perform(r.Context(), p, e, op, input)
	if err != nil {
		return nil, d.toError(r.Context(), e.Name, op.name, err)
	}
	return output, nil
}
