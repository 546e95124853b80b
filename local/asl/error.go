package asl

import (
	"errors"
	"fmt"
)

// Error names with a meaning of their own to the language.
const (
	errAll               = "States.ALL"
	errTaskFailed        = "States.TaskFailed"
	errTimeout           = "States.Timeout"
	errHeartbeatTimeout  = "States.HeartbeatTimeout"
	errRuntime           = "States.Runtime"
	errDataLimitExceeded = "States.DataLimitExceeded"
)

// Error is a failure that the language can retry or catch by its name.
// Both parts may be empty.
type Error struct {
	// Name is the Error Name, such as "States.Timeout" or "Lambda.Unknown".
	Name string
	// Cause is text for people.
	Cause string
	// heartbeat marks a States.Timeout that a missing heartbeat caused.
	heartbeat bool
}

func (e *Error) Error() string {
	if e.Cause == "" {
		return e.Name
	}
	return e.Name + ": " + e.Cause
}

// matches tells whether the error is one of the names of an ErrorEquals field.
func (e *Error) matches(names []string) bool {
	if e.Name == errRuntime {
		return false
	}
	for _, name := range names {
		if e.is(name) {
			return true
		}
	}
	return false
}

func (e *Error) is(name string) bool {
	switch name {
	case errAll:
		return e.Name != errDataLimitExceeded
	case errTaskFailed:
		return e.Name != errDataLimitExceeded && e.Name != errTimeout
	case errHeartbeatTimeout:
		return e.heartbeat || e.Name == name
	}
	return e.Name == name
}

// fault is a failure to evaluate a state. The state it happens in turns it into
// a States.Runtime error.
type fault struct{ detail string }

func (f *fault) Error() string { return f.detail }

func faultf(format string, args ...any) error {
	return &fault{fmt.Sprintf(format, args...)}
}

// asRuntime names the state in which a fault happened. Other errors pass.
func asRuntime(err error, state string, entered int64) error {
	var f *fault
	if !errors.As(err, &f) {
		return err
	}
	return &Error{Name: errRuntime, Cause: fmt.Sprintf(
		"An error occurred while executing the state '%s' (entered at the event id #%d). %s", state, entered, f.detail)}
}

// asTaskError gives an error of a TaskRunner a name if it has none.
func asTaskError(err error) *Error {
	var named *Error
	if errors.As(err, &named) {
		return named
	}
	return &Error{Name: errTaskFailed, Cause: err.Error()}
}
