package asl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

// path is a parsed Path: https://states-language.net/spec.html#path
type path struct {
	// text is the path as the definition has it.
	text string
	// ofContext is set for a path that begins with $$.
	ofContext bool
	query     *jsonpath.Path
	// steps leads to the one node of a singular path; nil for other paths.
	steps    []spec.Selector
	singular bool
	// sorted is set where the order of the nodes depends on the order of an
	// object's members, which a Go map does not keep.
	sorted bool
}

// data is what paths and intrinsic functions are applied to.
type data struct {
	input   any
	context func() any
}

var rootPath = path{text: "$", singular: true}

// parsePath parses a path into the input ($) or the context object ($$).
func parsePath(text string) (path, error) {
	if !strings.HasPrefix(text, "$") {
		return path{}, fmt.Errorf("%q is not a path: it does not begin with $", text)
	}
	p := path{text: text, singular: true}
	local := text
	if p.ofContext = strings.HasPrefix(text, "$$"); p.ofContext {
		local = text[1:]
	}
	query, err := jsonpath.Parse(rfcPath(local))
	if err != nil {
		return path{}, fmt.Errorf("%q is not a path: %w", text, err)
	}
	p.query = query
	for _, segment := range query.Query().Segments() {
		if err := p.add(segment); err != nil {
			return path{}, fmt.Errorf("path %q: %w", text, err)
		}
	}
	return p, nil
}

func (p *path) add(segment *spec.Segment) error {
	selectors := segment.Selectors()
	if segment.IsDescendant() || len(selectors) > 1 {
		p.singular = false
	}
	p.sorted = p.sorted || segment.IsDescendant()
	for _, s := range selectors {
		switch s.(type) {
		case spec.Name:
			if len(selectors) > 1 {
				return errors.New("unions of names are not supported")
			}
		case spec.Index:
		default:
			p.singular = false
			_, wildcard := s.(spec.WildcardSelector)
			p.sorted = p.sorted || wildcard
		}
	}
	p.steps = append(p.steps, selectors[0])
	return nil
}

// find applies the path. A singular path that leads nowhere finds nothing;
// any other path finds a list, which may be empty.
func (p path) find(d data) (any, bool) {
	root := d.input
	if p.ofContext {
		root = d.context()
	}
	if p.singular {
		return walk(root, p.steps)
	}
	if !p.sorted {
		return []any(p.query.Select(root)), true
	}
	located := p.query.SelectLocated(root)
	located.Sort()
	nodes := make([]any, len(located))
	for i, n := range located {
		nodes[i] = n.Node
	}
	return nodes, true
}

// get is find for a path that has to lead somewhere.
func (p path) get(d data) (any, error) {
	value, found := p.find(d)
	if !found {
		return nil, faultf("Invalid path '%s' : No results for path: %s", p.text, p.query)
	}
	return value, nil
}

func walk(node any, steps []spec.Selector) (any, bool) {
	for _, step := range steps {
		var found bool
		switch s := step.(type) {
		case spec.Name:
			object, _ := node.(map[string]any)
			node, found = object[string(s)]
		case spec.Index:
			list, _ := node.([]any)
			if i := position(int(s), len(list)); i >= 0 {
				node, found = list[i], true
			}
		}
		if !found {
			return nil, false
		}
	}
	return node, true
}

// position turns an index, which counts from the end if negative, into one
// that counts from the start; -1 if it is out of range.
func position(index, length int) int {
	if index < 0 {
		index += length
	}
	if index < 0 || index >= length {
		return -1
	}
	return index
}

// isRoot tells whether the path is $.
func (p path) isRoot() bool { return p.singular && !p.ofContext && len(p.steps) == 0 }
