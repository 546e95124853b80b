package eventpattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// node is a JSON value that keeps what a pattern's meaning depends on: the
// order of members, and each of two members with the same name.
type node struct {
	kind    kind
	text    string // of a string, decoded; of any other scalar, as written
	items   []node // of an array
	members []member
}

type member struct {
	name string
	node node
}

type kind int

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

var errTooDeep = fmt.Errorf("nested more than %d levels deep", maxDepth)

// parseTree reads exactly one JSON value.
func parseTree(text []byte) (node, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	root, err := parseNode(decoder, 0)
	if err != nil {
		return node{}, explainJSON(err, decoder)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return node{}, errors.New("there is text after the end of the JSON object")
	}
	return root, nil
}

func explainJSON(err error, decoder *json.Decoder) error {
	if errors.Is(err, errTooDeep) {
		return err
	}
	return fmt.Errorf("not valid JSON at byte %d: %w", decoder.InputOffset(), err)
}

func parseNode(decoder *json.Decoder, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, errTooDeep
	}
	token, err := decoder.Token()
	if errors.Is(err, io.EOF) {
		return node{}, io.ErrUnexpectedEOF
	}
	if err != nil {
		return node{}, err
	}
	switch token {
	case json.Delim('{'):
		return parseMembers(decoder, depth)
	case json.Delim('['):
		return parseItems(decoder, depth)
	}
	return scalarNode(token), nil
}

func scalarNode(token json.Token) node {
	switch token := token.(type) {
	case bool:
		return node{kind: kindBool, text: fmt.Sprint(token)}
	case json.Number:
		return node{kind: kindNumber, text: token.String()}
	case string:
		return node{kind: kindString, text: token}
	default:
		return node{kind: kindNull, text: "null"}
	}
}

func parseMembers(decoder *json.Decoder, depth int) (node, error) {
	object := node{kind: kindObject}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return node{}, err
		}
		child, err := parseNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		object.members = append(object.members, member{name: fmt.Sprint(name), node: child})
	}
	_, err := decoder.Token() // the closing brace
	return object, err
}

func parseItems(decoder *json.Decoder, depth int) (node, error) {
	array := node{kind: kindArray}
	for decoder.More() {
		child, err := parseNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		array.items = append(array.items, child)
	}
	_, err := decoder.Token() // the closing bracket
	return array, err
}
