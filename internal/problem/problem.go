// Package problem writes the errors of the HTTP API as problem details:
// RFC 9457, media type application/problem+json. Nothing in one comes from an
// internal error: whoever makes it writes for the client.
package problem

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Details is a problem. Its type is about:blank, which is the default and so
// is not written; its title is that of the HTTP status.
type Details struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Detail is a sentence on what is wrong with this very request.
	Detail string `json:"detail,omitempty"`
	// Errors has what is wrong, field by field.
	Errors []Field `json:"errors,omitempty"`
}

// Field says what is wrong with one field of the request.
type Field struct {
	// Field is the field's name, or "body" for the body as a whole.
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Body is the name under which the body as a whole is at fault.
const Body = "body"

// New is a problem with an HTTP status, told in a sentence.
func New(status int, detail string) Details {
	return Details{Title: http.StatusText(status), Status: status, Detail: detail}
}

// BadRequest is a problem with the fields of a request: each with its own
// detail, and all of them in one sentence.
func BadRequest(fields ...Field) Details {
	sentences := make([]string, len(fields))
	for i, f := range fields {
		sentences[i] = f.Field + " " + f.Detail
	}
	p := New(http.StatusBadRequest, strings.Join(sentences, "; "))
	p.Errors = fields
	return p
}

// Response is the problem as the answer of an HTTP API's Lambda function.
func (p Details) Response() events.APIGatewayV2HTTPResponse {
	body, err := json.Marshal(p)
	if err != nil { // Strings and an int: encoding/json has no error for these.
		body = []byte("{}")
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: p.Status,
		Headers:    map[string]string{"Content-Type": "application/problem+json"},
		Body:       string(body),
	}
}
