package httpapi

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// route is a route of an API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
type route struct {
	id          string
	key         string // such as "GET /order/{id}", or "$default"
	method      string // "ANY" for all; empty for $default
	path        string
	segments    []segment
	integration string // its id

	authorization authorization
}

// segment is a part of a route's path between slashes.
type segment struct {
	kind kind
	text string // the text, or the name of the variable
}

type kind int

// The kinds of segments, the most specific first.
const (
	literal kind = iota
	variable
	greedy
)

const defaultRoute = "$default"

var methods = []string{"ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// parseRoute reads a route key.
func parseRoute(key string) (*route, error) {
	if key == defaultRoute {
		return &route{key: key}, nil
	}
	method, path, found := strings.Cut(key, " ")
	if !found || !slices.Contains(methods, method) || !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%q is neither $default nor a method and a path", key)
	}
	r := &route{key: key, method: method, path: path}
	names := map[string]bool{}
	parts := strings.Split(path[1:], "/")
	for i, part := range parts {
		s, err := parseSegment(part)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q: %w", key, err)
		case s.kind == greedy && i != len(parts)-1:
			return nil, fmt.Errorf("%q: {%s+} must be at the end", key, s.text)
		case s.kind != literal && names[s.text]:
			return nil, fmt.Errorf("%q has two variables named %s", key, s.text)
		}
		names[s.text] = s.kind != literal
		r.segments = append(r.segments, s)
	}
	return r, nil
}

func parseSegment(part string) (segment, error) {
	name, opened := strings.CutPrefix(part, "{")
	name, closed := strings.CutSuffix(name, "}")
	if !opened && !closed && !strings.ContainsAny(part, "{}") {
		return segment{literal, part}, nil
	}
	name, isGreedy := strings.CutSuffix(name, "+")
	if !opened || !closed || name == "" || strings.ContainsAny(name, "{}+") {
		return segment{}, fmt.Errorf("a variable is written {name} or {name+}, as a whole part of the path, not %q", part)
	}
	if isGreedy {
		return segment{greedy, name}, nil
	}
	return segment{variable, name}, nil
}

// insert returns the routes with another one, ordered so that the first that
// matches is the one to take: by path, text before variables before greedy
// ones, then a method before ANY, and $default last.
func insert(routes []*route, r *route) []*route {
	ordered := append(slices.Clone(routes), r)
	slices.SortStableFunc(ordered, func(a, b *route) int {
		if a.key == defaultRoute || b.key == defaultRoute {
			return cmp.Compare(btoi(a.key == defaultRoute), btoi(b.key == defaultRoute))
		}
		if order := comparePaths(a.segments, b.segments); order != 0 {
			return order
		}
		return cmp.Compare(btoi(a.method == "ANY"), btoi(b.method == "ANY"))
	})
	return ordered
}

func comparePaths(a, b []segment) int {
	for i := range min(len(a), len(b)) {
		if order := cmp.Compare(a[i].kind, b[i].kind); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(b), len(a)) // the longer first: it is more specific
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// find returns the route for a request and its path parameters, nil if there
// are none. path is escaped, as it came.
func find(routes []*route, method, path string) (*route, map[string]string) {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for _, r := range routes {
		if r.key == defaultRoute {
			return r, nil
		}
		if r.method != method && r.method != "ANY" {
			continue
		}
		if parameters, ok := r.match(parts); ok {
			return r, parameters
		}
	}
	return nil, nil
}

func (r *route) match(parts []string) (map[string]string, bool) {
	var parameters map[string]string
	for i, s := range r.segments {
		if i >= len(parts) {
			return nil, false
		}
		value := parts[i]
		if s.kind == greedy {
			value = strings.Join(parts[i:], "/")
		}
		if s.kind == literal {
			if unescaped(value) != s.text {
				return nil, false
			}
			continue
		}
		if value == "" {
			return nil, false
		}
		if parameters == nil {
			parameters = map[string]string{}
		}
		parameters[s.text] = unescaped(value)
		if s.kind == greedy {
			return parameters, true
		}
	}
	return parameters, len(parts) == len(r.segments)
}

func unescaped(text string) string {
	plain, err := url.PathUnescape(text)
	if err != nil {
		return text // net/http has refused paths with wrong escapes
	}
	return plain
}
