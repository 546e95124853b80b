package resource

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// Int is a whole number that templates write as a number or as text.
type Int int64

// UnmarshalJSON reads 5 and "5".
func (i *Int) UnmarshalJSON(raw []byte) error {
	number, err := strconv.ParseInt(unquote(raw), 10, 64)
	if err != nil {
		return mismatch[Int](raw)
	}
	*i = Int(number)
	return nil
}

// Bool is a boolean that templates write as a boolean or as text.
type Bool bool

// UnmarshalJSON reads true and "true".
func (b *Bool) UnmarshalJSON(raw []byte) error {
	switch unquote(raw) {
	case "true":
		*b = true
	case "false":
		*b = false
	default:
		return mismatch[Bool](raw)
	}
	return nil
}

// unquote returns the text of a JSON string, and anything else as it is.
func unquote(raw []byte) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// mismatch is the error of a value that is no T. The decoder adds the path.
func mismatch[T any](raw []byte) error {
	return &json.UnmarshalTypeError{Value: string(raw), Type: reflect.TypeFor[T]()}
}
