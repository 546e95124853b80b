// Package expression is DynamoDB's expression language: condition, filter, key condition, projection and update
// expressions, parsed, checked and evaluated as the Amazon DynamoDB Developer Guide describes under "Using expressions
// in DynamoDB" (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html).
//
// All expressions of one request share a Scope, which resolves #names and :values and tells which of them were unused.
// Errors carry the texts of DynamoDB's ValidationException.
package expression

import "fmt"

// Error tells what is wrong with an expression, or why an update expression can't be applied, in DynamoDB's words.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func errorf(format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// Limits of expressions.
const (
	maxBytes      = 4096
	maxOperators  = 300
	maxInOperands = 100
	maxPathDepth  = 32
)
