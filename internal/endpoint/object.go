// Package endpoint has what the functions behind an Amazon API Gateway HTTP API
// have in common, whose requests and answers have payload format 2.0:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/problem"
)

// Field is one that a body may have.
type Field struct {
	// Name is spelled exactly so.
	Name     string
	Optional bool
	// Read takes the text of the field's value, which is valid JSON, and returns
	// what is wrong with it, as the rest of a sentence that begins with the
	// field's name; or "". It is called at most once.
	Read func(text json.RawMessage) (wrong string)
}

// ReadObject reads a request's body, which is a JSON object with the fields.
// What is not one JSON object in UTF-8 with nothing behind it is refused, and so
// are fields that are unknown, missing, given twice or refused by their Read.
// A value may be nested as deep as it likes. The problem names the fields at
// fault, the first MaxErrors of them; it is nil if there is none.
func ReadObject(request events.APIGatewayV2HTTPRequest, fields ...Field) *problem.Details {
	data, refused := body(request)
	if refused != nil {
		return refused
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return wholeBody("is empty")
	}
	if !utf8.Valid(data) {
		return wholeBody("is not UTF-8")
	}
	found, refused := members(data)
	if refused != nil {
		return refused
	}
	return interpret(found, fields)
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

// MaxErrors bounds how many fields an answer complains of.
const MaxErrors = 10

// interpret has the fields read, and collects what is wrong.
func interpret(found []member, fields []Field) *problem.Details {
	var wrong []problem.Field
	refuse := func(name, detail string) {
		if detail != "" && len(wrong) < MaxErrors {
			wrong = append(wrong, problem.Field{Field: shorten(name), Detail: detail})
		}
	}
	seen := map[string]bool{}
	for _, m := range found {
		known := slices.IndexFunc(fields, func(f Field) bool { return f.Name == m.name })
		switch {
		case seen[m.name]:
			refuse(m.name, "is given more than once")
		case known < 0:
			refuse(m.name, "is unknown")
		default:
			refuse(m.name, fields[known].Read(m.value))
		}
		seen[m.name] = true
	}
	for _, field := range fields {
		if !field.Optional && !seen[field.Name] {
			refuse(field.Name, "is missing")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	details := problem.BadRequest(wrong...)
	return &details
}

// MaxName is how many bytes of a field's name an answer has.
const MaxName = 64

// shorten keeps a client's field name from filling the answer.
func shorten(name string) string {
	if len(name) <= MaxName {
		return name
	}
	cut := MaxName
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}
