package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// texts is what policies write as one string or as a list of strings, such as
// Action. There is at least one, and none is empty.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(raw []byte) error {
	values, err := oneOrList(raw)
	if err != nil {
		return err
	}
	for _, value := range values {
		text, ok := value.(string)
		if !ok || text == "" {
			return fmt.Errorf("%v is given where a string is expected", value)
		}
		*t = append(*t, text)
	}
	return nil
}

// scalars is the values of a condition: strings, numbers and booleans, one or
// a list of them.
type scalars []string

// UnmarshalJSON reads either form.
func (s *scalars) UnmarshalJSON(raw []byte) error {
	values, err := oneOrList(raw)
	if err != nil {
		return err
	}
	for _, value := range values {
		switch value := value.(type) {
		case string, bool, json.Number:
			*s = append(*s, fmt.Sprint(value))
		default:
			return fmt.Errorf("%v is given where a string, a number or a boolean is expected", value)
		}
	}
	return nil
}

func oneOrList(raw []byte) ([]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	list, isList := value.([]any)
	if !isList {
		return []any{value}, nil
	}
	if len(list) == 0 {
		return nil, errors.New("an empty list is given where at least one value is expected")
	}
	return list, nil
}
