package asl

import (
	"fmt"
	"slices"

	"github.com/theory/jsonpath/spec"
)

// parseReference parses a Reference Path: one that can only lead to one node.
// https://states-language.net/spec.html#ref-paths
func parseReference(text string) (path, error) {
	p, err := parsePath(text)
	if err != nil {
		return path{}, err
	}
	if !p.singular {
		return path{}, fmt.Errorf("%q is not a reference path: it can lead to more than one node", text)
	}
	return p, nil
}

// place returns root with the node the reference path leads to replaced by
// value; members on the way that are missing are created. root is not changed.
func (p path) place(root, value any) (any, error) {
	placed, err := placeAt(root, p.steps, value)
	if err != nil {
		return nil, faultf("Unable to apply ReferencePath %s to input: %v", p.text, err)
	}
	return placed, nil
}

func placeAt(node any, steps []spec.Selector, value any) (any, error) {
	if len(steps) == 0 {
		return value, nil
	}
	if index, ok := steps[0].(spec.Index); ok {
		return placeInList(node, int(index), steps[1:], value)
	}
	name, ok := steps[0].(spec.Name)
	if !ok {
		return nil, fmt.Errorf("%v selects no single node", steps[0])
	}
	object, ok := node.(map[string]any)
	if !ok && node != nil {
		return nil, fmt.Errorf("there is no member %q in a value that is no object", string(name))
	}
	child, err := placeAt(object[string(name)], steps[1:], value)
	if err != nil {
		return nil, err
	}
	changed := make(map[string]any, len(object)+1)
	for k, v := range object {
		changed[k] = v
	}
	changed[string(name)] = child
	return changed, nil
}

func placeInList(node any, index int, steps []spec.Selector, value any) (any, error) {
	list, _ := node.([]any)
	i := position(index, len(list))
	if i < 0 {
		return nil, fmt.Errorf("there is no element %d", index)
	}
	child, err := placeAt(list[i], steps, value)
	if err != nil {
		return nil, err
	}
	changed := slices.Clone(list)
	changed[i] = child
	return changed, nil
}
