package provision

import (
	"errors"
	"fmt"
)

// Invalid is the refusal of a request, in CloudFormation's words: nothing was
// changed.
type Invalid struct{ cause error }

func (i *Invalid) Error() string { return i.cause.Error() }
func (i *Invalid) Unwrap() error { return i.cause }

func invalidf(format string, arguments ...any) error {
	return &Invalid{fmt.Errorf(format, arguments...)}
}

// Exists is the refusal to create a stack whose name is taken.
type Exists struct{ message string }

func (e *Exists) Error() string { return e.message }

// ErrNoChanges is the refusal of an update that would change nothing.
var ErrNoChanges error = &Invalid{errors.New("No updates are to be performed.")}

func missing(name string) error { return invalidf("Stack with id %s does not exist", name) }
