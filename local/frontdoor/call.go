package frontdoor

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"eda-demo/local/iam"
)

// Call has p call an operation of a service from within the process. in is the
// operation's own input type, JSON as json.RawMessage, or any value that
// marshals to the input's JSON. The output is stored in out: a pointer to the
// operation's output type, a *json.RawMessage, or any pointer that its JSON
// unmarshals into; nil drops it. Input and output of the operation's own types
// are handed over as they are: whoever keeps them must not change them.
//
// The error is an *Error whenever the called service gives one, an
// authorization refused included (then errors.As finds the *iam.Denied too).
func (d *Door) Call(ctx context.Context, p iam.Principal, service, operation string, in, out any) error {
	e := d.byName[service]
	if e == nil {
		return fmt.Errorf("call %s.%s: no such service", service, operation)
	}
	op, ok := e.operations[operation]
	if !ok {
		return fmt.Errorf("call %s.%s: no such operation", service, operation)
	}
	input, err := op.inputFrom(in)
	if err != nil {
		return e.undecodable(err)
	}
	output, err := d.perform(ctx, p, e, op, input)
	if err != nil {
		return err
	}
	if err := copyOutput(output, out); err != nil {
		return fmt.Errorf("call %s.%s: output: %w", service, operation, err)
	}
	return nil
}

func (o Operation) inputFrom(in any) (any, error) {
	input := o.input()
	if reflect.TypeOf(in) == reflect.TypeOf(input) && !reflect.ValueOf(in).IsNil() {
		return in, nil
	}
	raw, isRaw := in.(json.RawMessage)
	if !isRaw {
		var err error
		if raw, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	return input, decodeJSON(raw, input)
}

func copyOutput(output, out any) error {
	if out == nil {
		return nil
	}
	source, target := reflect.ValueOf(output), reflect.ValueOf(out)
	if source.Type() == target.Type() && !source.IsNil() && !target.IsNil() {
		target.Elem().Set(source.Elem())
		return nil
	}
	raw, err := encode(output)
	if err != nil {
		return err
	}
	if target, ok := out.(*json.RawMessage); ok {
		*target = raw
		return nil
	}
	return json.Unmarshal(raw, out)
}
