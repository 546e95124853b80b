package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"eda-demo/internal/decimal"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
	"eda-demo/internal/problem"
)

// placement is what the body of POST /order asks for.
type placement struct {
	ID     order.ID
	Amount money.Amount
}

// decodePlacement reads the body of POST /order:
//
//	{"id": integer 1 … 2^53-1, "amount": number 0.01 … 1000000000, at most two decimals}
//
// Numbers are taken by value, so 1e2 and 100.0 are 100. Everything else is
// refused: fields unknown, missing or given twice, numbers in strings, and
// whatever is not one JSON object in UTF-8 with nothing behind it.
func decodePlacement(data []byte) (placement, *problem.Details) {
	if len(bytes.TrimSpace(data)) == 0 {
		return placement{}, wholeBody("is empty")
	}
	if !utf8.Valid(data) {
		return placement{}, wholeBody("is not UTF-8")
	}
	fields, refused := members(data)
	if refused != nil {
		return placement{}, refused
	}
	return interpret(fields)
}

// member is a field of a JSON object with its value's text.
type member struct {
	name  string
	value json.RawMessage
}

// members splits the text of a JSON object into its fields. A value's text is
// valid JSON but otherwise unread; it is as deep as it likes.
func members(data []byte) ([]member, *problem.Details) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if open, err := decoder.Token(); err != nil {
		return nil, wholeBody("is not JSON")
	} else if open != json.Delim('{') {
		return nil, wholeBody("must be a JSON object")
	}
	var found []member
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, notJSONAfter(found)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, oneField(name, "has a value that is not JSON")
		}
		found = append(found, member{name, value})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, notJSONAfter(found)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, wholeBody("has something behind the JSON object")
	}
	return found, nil
}

// notJSONAfter is the problem of what follows the last field that was read: a
// value like 0101 ends after its first digit.
func notJSONAfter(fields []member) *problem.Details {
	if len(fields) == 0 {
		return wholeBody("is not JSON")
	}
	return oneField(fields[len(fields)-1].name, "is followed by what is not JSON")
}

func oneField(name, detail string) *problem.Details {
	p := problem.BadRequest(problem.Field{Field: shorten(name), Detail: detail})
	return &p
}

// maxErrors bounds how many fields an answer complains of.
const maxErrors = 10

// interpret reads the fields of a placement and collects what is wrong.
func interpret(fields []member) (placement, *problem.Details) {
	var p placement
	var wrong []problem.Field
	refuse := func(name, detail string) {
		if detail != "" && len(wrong) < maxErrors {
			wrong = append(wrong, problem.Field{Field: shorten(name), Detail: detail})
		}
	}
	seen := map[string]bool{}
	for _, field := range fields {
		switch {
		case seen[field.name]:
			refuse(field.name, "is given more than once")
		case field.name == "id":
			refuse("id", readID(field.value, &p.ID))
		case field.name == "amount":
			refuse("amount", readAmount(field.value, &p.Amount))
		default:
			refuse(field.name, "is unknown")
		}
		seen[field.name] = true
	}
	for _, name := range []string{"id", "amount"} {
		if !seen[name] {
			refuse(name, "is missing")
		}
	}
	if len(wrong) > 0 {
		details := problem.BadRequest(wrong...)
		return placement{}, &details
	}
	return p, nil
}

// readID sets id, or says what is wrong with its text.
func readID(text json.RawMessage, id *order.ID) (wrong string) {
	parsed, err := order.ParseID(string(text))
	if err != nil {
		return "must be an integer from 1 to 9007199254740991"
	}
	*id = parsed
	return ""
}

// readAmount sets amount, or says what is wrong with its text.
func readAmount(text json.RawMessage, amount *money.Amount) (wrong string) {
	parsed, err := order.ParseAmount(string(text))
	switch {
	case errors.Is(err, decimal.ErrPrecision):
		return "must have at most two decimals"
	case err != nil:
		return "must be a number from 0.01 to 1000000000"
	}
	*amount = parsed
	return ""
}

// maxName is how many bytes of a field's name an answer has.
const maxName = 64

// shorten keeps a client's field name from filling the answer.
func shorten(name string) string {
	if len(name) <= maxName {
		return name
	}
	cut := maxName
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}
