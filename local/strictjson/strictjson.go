// Package strictjson decodes JSON the way AWS's services read it rather than
// the way encoding/json does: member names are compared exactly, and a member
// that the Go type does not have, or that is given twice, is refused by its
// path. encoding/json would take "queuename" for QueueName and let the last of
// two members win.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// MaxDepth is how deep objects and arrays may be nested. DynamoDB's values,
// the deepest that the services take, are at most 32 levels of two each.
const MaxDepth = 200

// Unmarshal decodes raw, one JSON value, into what into points to. Text that
// is no JSON gives the *json.SyntaxError of encoding/json, a value of another
// shape a *TypeError. Below a type with an UnmarshalJSON of its own, names are
// that type's affair.
func Unmarshal(raw []byte, into any) error {
	if err := Check(raw, into); err != nil {
		return err
	}
	return readable(json.Unmarshal(raw, into))
}

// UnmarshalNumbers is Unmarshal, but numbers whose Go type is any become
// json.Number, digit for digit.
func UnmarshalNumbers(raw []byte, into any) error {
	if err := Check(raw, into); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return readable(decoder.Decode(into))
}

// Check finds what Unmarshal would refuse in the names and the nesting of raw,
// without decoding it. Shapes are not compared.
func Check(raw []byte, into any) error {
	if !json.Valid(raw) {
		var anything json.RawMessage
		return json.Unmarshal(raw, &anything)
	}
	s := scanner{text: raw}
	if err := s.value(reflect.TypeOf(into)); err != nil {
		return err
	}
	return nil
}

// TypeError is a member whose value has another shape than the Go type.
type TypeError struct {
	Path  string // such as "Entries.Detail"; empty for the whole value
	Given string // such as "string" or "number 1.5"
	Want  reflect.Type
}

func (e *TypeError) Error() string {
	where := "the value"
	if e.Path != "" {
		where = "member " + e.Path
	}
	return fmt.Sprintf("%s: %s is given where %s is expected", where, e.Given, e.want())
}

func (e *TypeError) want() string {
	switch e.Want.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

// readable replaces encoding/json's type error, which speaks of Go types.
func readable(err error) error {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return &TypeError{Path: mismatch.Field, Given: mismatch.Value, Want: mismatch.Type}
	}
	return err
}
