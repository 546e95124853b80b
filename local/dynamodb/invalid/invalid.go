// Package invalid is the error of a request that breaks one of DynamoDB's rules: its ValidationException.
package invalid

import "fmt"

// Error is a ValidationException. Its message is DynamoDB's, for the client to see.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// Errorf makes an Error.
func Errorf(format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}
