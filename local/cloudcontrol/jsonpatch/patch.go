// Package jsonpatch applies JSON Patch documents:
// https://datatracker.ietf.org/doc/html/rfc6902
package jsonpatch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxOperations bounds a patch, and maxDocument what it makes, in bytes.
const (
	maxOperations = 1000
	maxDocument   = 1 << 20
)

// operation is one of the six of a patch.
type operation struct {
	Op    string
	Path  *string
	From  *string
	Value json.RawMessage
}

// Apply returns the document with the patch's operations applied, all of them
// or, with an error, none. Members come out sorted, numbers digit for digit.
func Apply(document, patch json.RawMessage) (json.RawMessage, error) {
	root, err := decode(document)
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	var operations []operation
	if err := json.Unmarshal(patch, &operations); err != nil {
		return nil, fmt.Errorf("read the patch: %w", err)
	}
	if len(operations) > maxOperations {
		return nil, fmt.Errorf("the patch has %d operations, more than %d", len(operations), maxOperations)
	}
	size := len(document)
	for i, o := range operations {
		if root, err = o.apply(root); err != nil {
			return nil, fmt.Errorf("operation %d of the patch, %s: %w", i, o, err)
		}
		if size, err = o.grown(size, root); err != nil {
			return nil, fmt.Errorf("operation %d of the patch, %s: %w", i, o, err)
		}
	}
	return json.Marshal(root)
}

// grown is the size of the document after the operation. Copies could double
// it each time.
func (o operation) grown(size int, root any) (int, error) {
	if o.Op != "copy" {
		size += len(o.Value)
	} else {
		raw, err := json.Marshal(root)
		if err != nil {
			return 0, err
		}
		size = len(raw)
	}
	if size > maxDocument {
		return 0, fmt.Errorf("the document would become larger than %d bytes", maxDocument)
	}
	return size, nil
}

func (o operation) String() string {
	if o.Path == nil {
		return o.Op
	}
	return o.Op + " " + *o.Path
}

func decode(raw json.RawMessage) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("text stands after the value")
	}
	return value, nil
}

func (o operation) apply(root any) (any, error) {
	path, err := pointer(o.Path, "path")
	if err != nil {
		return nil, err
	}
	switch o.Op {
	case "remove":
		root, _, err = remove(root, path)
		return root, err
	case "move", "copy":
		return o.transfer(root, path)
	case "add", "replace", "test":
		return o.put(root, path)
	}
	return nil, fmt.Errorf("%q is not an operation", o.Op)
}

// put does what has a value.
func (o operation) put(root any, path []string) (any, error) {
	if o.Value == nil {
		return nil, errors.New("it has no value")
	}
	value, err := decode(o.Value)
	if err != nil {
		return nil, err
	}
	switch o.Op {
	case "add":
		return add(root, path, value)
	case "replace":
		return replace(root, path, value)
	}
	there, err := find(root, path)
	if err != nil {
		return nil, err
	}
	if !equal(there, value) {
		return nil, errors.New("the value is another")
	}
	return root, nil
}

// transfer moves or copies.
func (o operation) transfer(root any, path []string) (any, error) {
	from, err := pointer(o.From, "from")
	if err != nil {
		return nil, err
	}
	if o.Op == "copy" {
		value, err := find(root, from)
		if err != nil {
			return nil, err
		}
		return add(root, path, clone(value))
	}
	if len(from) < len(path) && isPrefix(from, path) {
		return nil, errors.New("a value can't be moved into itself")
	}
	root, value, err := remove(root, from)
	if err != nil {
		return nil, err
	}
	return add(root, path, value)
}

func isPrefix(prefix, path []string) bool {
	for i := range prefix {
		if prefix[i] != path[i] {
			return false
		}
	}
	return true
}
