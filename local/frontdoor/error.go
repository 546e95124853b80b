package frontdoor

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is an error that a client gets to see, as the service's API reference
// names it.
type Error struct {
	Code    string
	Message string
	// Status is the HTTP status; 400 if zero.
	Status int
	// Members are further members of the error, such as CancellationReasons.
	Members map[string]any
	// QueryCode is the code of SQS's older protocol, sent beside Code.
	QueryCode string
}

// Errorf returns an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func (e *Error) status() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// fault is "Sender" if the client is to blame, else "Receiver".
func (e *Error) fault() string {
	if e.status() < 500 {
		return "Sender"
	}
	return "Receiver"
}

// Code returns the code of the *Error in err's chain, or "" if there is none.
func Code(err error) string {
	var known *Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

func internalFailure() *Error {
	return &Error{
		Code: "InternalFailure", Status: http.StatusInternalServerError,
		Message: "The request processing has failed because of an unknown error.",
	}
}

func unknownOperation(name string) *Error {
	return &Error{
		Code: "UnknownOperationException", Status: http.StatusBadRequest,
		Message: fmt.Sprintf("The operation %q is not known to this endpoint.", name),
	}
}

func missingToken() *Error {
	return &Error{Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token", Status: http.StatusForbidden}
}
