package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxPayload is the size limit of a text passed to or from a state, in bytes of
// UTF-8: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const MaxPayload = 256 << 10

// document is a JSON value together with its text.
type document struct {
	value any
	text  json.RawMessage
}

// read decodes a text.
func read(text []byte) (document, error) {
	value, err := decode(text)
	return document{value, text}, err
}

// write encodes a value.
func write(value any) (document, error) {
	text, err := encode(value)
	return document{value, text}, err
}

// decode parses one JSON value, numbers as json.Number.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("decode JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("decode JSON: more than one value")
	}
	return value, nil
}

// encode writes a value as compact JSON, with <, > and & as they are.
func encode(value any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// tooLarge is the error for a text beyond MaxPayload. what names the state or
// task that returned it.
func tooLarge(what string) *Error {
	return &Error{Name: errDataLimitExceeded, Cause: fmt.Sprintf(
		"The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit.", what)}
}
