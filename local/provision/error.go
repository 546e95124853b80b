package provision

import "fmt"

// Invalid is the refusal of a request, in CloudFormation's words: nothing was
// changed.
type Invalid struct{ message string }

func (i *Invalid) Error() string { return i.message }

func invalidf(format string, arguments ...any) error {
	return &Invalid{fmt.Sprintf(format, arguments...)}
}

// Exists is the refusal to create a stack whose name is taken.
type Exists struct{ message string }

func (e *Exists) Error() string { return e.message }

// ErrNoChanges is the refusal of an update that would change nothing.
var ErrNoChanges error = &Invalid{"No updates are to be performed."}

func missing(name string) error { return invalidf("Stack with id %s does not exist", name) }
