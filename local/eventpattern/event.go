package eventpattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
)

// Event is a parsed event.
type Event struct {
	root   field
	arrays int // how many arrays were met; numbers them
}

// field is a place in an event, by its dotted path. Leaf values are found
// beneath it whatever arrays lie between: arrays have no place in a path.
type field struct {
	children map[string]*field
	leaves   []leaf
}

// leaf is a scalar, and the array elements that contain it.
type leaf struct {
	value value
	in    []element
}

// element is an element of one of the event's arrays. Scalars directly within
// an array are not told apart by their element: ["x", "y"] is both at once.
type element struct {
	array int // number of the array within the event
	index int
}

// value is a scalar of an event.
type value struct {
	kind   kind
	text   string
	number number // if kind is kindNumber
}

func (v *value) address() (netip.Addr, bool) {
	if v.kind != kindString {
		return netip.Addr{}, false
	}
	return parseAddress(v.text)
}

// ParseEvent reads an event: a JSON object nested at most 1101 levels deep. Of
// two members with the same name the last counts.
func ParseEvent(event []byte) (*Event, error) {
	decoder := json.NewDecoder(bytes.NewReader(event))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("event is not valid JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("event is not valid JSON: there is text after its end")
	}
	object, ok := document.(map[string]any)
	if !ok {
		return nil, errors.New("event is not a JSON object")
	}
	e := &Event{}
	if err := e.addObject(&e.root, object, nil, 0); err != nil {
		return nil, fmt.Errorf("event is %w", err)
	}
	return e, nil
}

func (e *Event) add(at *field, document any, in []element, depth int) error {
	if depth > maxEventDepth {
		return fmt.Errorf("nested more than %d levels deep", maxEventDepth)
	}
	switch document := document.(type) {
	case map[string]any:
		return e.addObject(at, document, in, depth)
	case []any:
		return e.addArray(at, document, in, depth)
	default:
		at.leaves = append(at.leaves, leaf{value: newValue(document), in: in})
		return nil
	}
}

func (e *Event) addObject(at *field, object map[string]any, in []element, depth int) error {
	for name, child := range object {
		if err := e.add(at.descend(name), child, in, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (e *Event) addArray(at *field, items []any, in []element, depth int) error {
	array := e.arrays
	e.arrays++
	for index, item := range items {
		within := in
		switch item.(type) {
		case map[string]any, []any:
			within = append(in[:len(in):len(in)], element{array: array, index: index})
		}
		if err := e.add(at, item, within, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// descend returns the place of a member, creating it if needed. A dotted name
// leads several levels down.
func (f *field) descend(name string) *field {
	for step := range strings.SplitSeq(name, ".") {
		next := f.children[step]
		if next == nil {
			next = &field{}
			if f.children == nil {
				f.children = make(map[string]*field)
			}
			f.children[step] = next
		}
		f = next
	}
	return f
}

// find returns the leaves at a path.
func (f *field) find(path []string) []leaf {
	for _, step := range path {
		next := f.children[step]
		if next == nil {
			return nil
		}
		f = next
	}
	return f.leaves
}

func newValue(scalar any) value {
	switch scalar := scalar.(type) {
	case string:
		return value{kind: kindString, text: scalar}
	case json.Number:
		return value{kind: kindNumber, text: scalar.String(), number: newNumber(scalar.String())}
	case bool:
		return value{kind: kindBool, text: fmt.Sprint(scalar)}
	default:
		return value{kind: kindNull, text: "null"}
	}
}
