package frontdoor

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// xmlRoute is where a RESTXML operation is found. http.ServeMux would not do:
// it knows no query parameters, and it tidies paths up, whereas in the key of
// an object every slash and dot counts.
type xmlRoute struct {
	operation Operation
	method    string
	variables []string // of the path, which has nothing else
	greedy    bool     // the last variable takes the rest of the path
	query     url.Values
}

// newXMLRoute parses a pattern; see Operation.At.
func newXMLRoute(operation Operation) xmlRoute {
	method, target, _ := strings.Cut(operation.pattern, " ")
	path, query, _ := strings.Cut(target, "?")
	route := xmlRoute{operation: operation, method: method}
	var err error
	if route.query, err = url.ParseQuery(query); err != nil {
		panic("frontdoor: pattern " + operation.pattern + ": " + err.Error())
	}
	for _, segment := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		if segment == "" {
			continue
		}
		if !strings.HasPrefix(segment, "{") || !strings.HasSuffix(segment, "}") {
			panic("frontdoor: pattern " + operation.pattern + ": only variables are supported")
		}
		name, greedy := strings.CutSuffix(segment[1:len(segment)-1], "...")
		route.variables, route.greedy = append(route.variables, name), greedy
	}
	return route
}

// path returns the values of the path's variables, if the path is the route's.
func (x *xmlRoute) path(path string) (values map[string]string, ok bool) {
	values = map[string]string{}
	rest := strings.TrimPrefix(path, "/")
	for i, name := range x.variables {
		value := rest
		if x.greedy && i == len(x.variables)-1 {
			rest = ""
		} else {
			value, rest, _ = strings.Cut(rest, "/")
		}
		if value == "" {
			return nil, false
		}
		values[name] = value
	}
	return values, rest == ""
}

// asked tells whether the query has all parameters that the route requires. A
// parameter that the pattern gives without value may have any.
func (x *xmlRoute) asked(query url.Values) bool {
	for name, wanted := range x.query {
		given, ok := query[name]
		if !ok || wanted[0] != "" && given[0] != wanted[0] {
			return false
		}
	}
	return true
}

// route finds the operation of a request: of those that have its method, its
// path and its parameters, the one that requires most of the latter.
func (e *endpoint) route(r *http.Request, query url.Values) (*xmlRoute, map[string]string, error) {
	var found *xmlRoute
	var values map[string]string
	method := false
	for i := range e.routes {
		candidate := &e.routes[i]
		inPath, ok := candidate.path(r.URL.Path)
		if !ok || candidate.method != r.Method {
			continue
		}
		method = true
		if candidate.asked(query) && (found == nil || len(candidate.query) > len(found.query)) {
			found, values = candidate, inPath
		}
	}
	if found != nil {
		return found, values, nil
	}
	if method && len(query) > 0 {
		return nil, nil, notImplemented("parameter", slices.Sorted(maps.Keys(query))[0])
	}
	return nil, nil, &Error{
		Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.",
		Status: http.StatusMethodNotAllowed, Members: map[string]any{"Method": r.Method},
	}
}

// notImplemented refuses a part of a request that could change what it does.
func notImplemented(kind, name string) *Error {
	return &Error{
		Code: "NotImplemented", Status: http.StatusNotImplemented,
		Message: "A " + kind + " you provided implies functionality that is not implemented: " + name,
	}
}
