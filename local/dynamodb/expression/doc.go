// Package expression is DynamoDB's expression language: condition, filter, key condition, projection and update
// expressions, parsed, checked and evaluated as the Amazon DynamoDB Developer Guide describes under "Using expressions
// in DynamoDB" (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html).
//
// All expressions of one request share a Scope, which resolves #names and :values and tells which of them were unused.
// Errors are *invalid.Error, with the texts of DynamoDB's ValidationException.
package expression

// Limits of expressions.
const (
	maxBytes      = 4096
	maxOperators  = 300
	maxInOperands = 100
	maxPathDepth  = 32
)
