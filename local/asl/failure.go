package asl

import "strings"

// failure is what a Fail state fails with. Either part may be missing.
type failure struct{ name, cause expression }

func (n *node) failure() *failure {
	return &failure{name: n.failureText("Error"), cause: n.failureText("Cause")}
}

// failureText takes a field or its variant that ends in Path, which is a
// reference path or an intrinsic function call.
func (n *node) failureText(name string) expression {
	n.exclusive(name, name+"Path")
	if text, ok := n.optionalString(name); ok {
		return literal{text}
	}
	field := name + "Path"
	text, ok := n.optionalString(field)
	if !ok {
		return nil
	}
	e, err := parseDynamic(text, field)
	if err == nil && strings.HasPrefix(text, "$") {
		_, err = parseReference(text)
	}
	if err != nil {
		n.fail(field, "The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call: %v", field, err)
	}
	return e
}

// evaluate returns the error, or why it could not be found.
func (f *failure) evaluate(d data) error {
	name, err := failureString(f.name, "ErrorPath", d)
	if err != nil {
		return err
	}
	cause, err := failureString(f.cause, "CausePath", d)
	if err != nil {
		return err
	}
	return &Error{Name: name, Cause: cause}
}

func failureString(e expression, field string, d data) (string, error) {
	if e == nil {
		return "", nil
	}
	value, err := e.evaluate(d)
	if err != nil {
		return "", err
	}
	s, ok := value.(string)
	if !ok {
		return "", faultf("The %s field must refer to a string, but refers to: %s", field, printed(value))
	}
	return s, nil
}
