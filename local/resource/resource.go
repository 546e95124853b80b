// Package resource is the contract between the template and the services: a
// service registers a Handler for each CloudFormation resource type it owns.
// It knows neither templates nor services.
package resource

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
)

// Stack tells where a resource belongs.
type Stack struct {
	Name      string
	ID        string // the stack's ARN
	Account   string
	Region    string
	Partition string
}

// ARN returns arn:<partition>:<service>:<region>:<account>:<resource>.
func (s Stack) ARN(service, resource string) string {
	return "arn:" + s.Partition + ":" + service + ":" + s.Region + ":" + s.Account + ":" + resource
}

// Definition is a resource of a template with all intrinsic functions resolved.
type Definition struct {
	LogicalID  string
	Type       string // such as "AWS::SQS::Queue"
	Properties json.RawMessage
	Metadata   json.RawMessage
	Stack      Stack
}

// Name returns the physical name of a resource that the template does not
// name: <stack>-<logical id>-<12 characters>, at most limit characters. It is
// the same whenever the same stack is started.
func (d Definition) Name(limit int) string {
	sum := sha256.Sum256([]byte(d.Stack.ID + "/" + d.LogicalID))
	suffix := base32.StdEncoding.EncodeToString(sum[:])[:12]
	name := d.Stack.Name + "-" + d.LogicalID
	if len(name) > limit-13 {
		name = name[:limit-13]
	}
	return name + "-" + suffix
}

// Decode reads the properties into a struct whose fields are named after them,
// or tagged so. A property that the struct doesn't have is refused by name.
func (d Definition) Decode(into any) error {
	if len(d.Properties) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(d.Properties))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read properties: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("read properties: data after the object")
	}
	return nil
}

// Instance is a created resource.
type Instance struct {
	// ID is the physical id: what Ref returns.
	ID string
	// Attributes are what Fn::GetAtt returns, by attribute name.
	Attributes map[string]any
}

// Handler creates resources of one type. Create is called when everything
// that the resource refers to or depends on exists.
type Handler interface {
	Create(ctx context.Context, definition Definition) (Instance, error)
}

// HandlerFunc is a function that is a Handler.
type HandlerFunc func(ctx context.Context, definition Definition) (Instance, error)

// Create calls f.
func (f HandlerFunc) Create(ctx context.Context, definition Definition) (Instance, error) {
	return f(ctx, definition)
}

// Registry maps resource types to their handlers.
type Registry map[string]Handler

// Add registers the handlers of a service. A type registered twice is a
// programming error.
func (r Registry) Add(handlers map[string]Handler) {
	for kind := range handlers {
		if r[kind] != nil {
			panic("resource: type " + kind + " registered twice")
		}
	}
	maps.Copy(r, handlers)
}

// Int is a whole number that templates write as a number or as text.
type Int int64

// UnmarshalJSON reads 5 and "5".
func (i *Int) UnmarshalJSON(raw []byte) error {
	number, err := strconv.ParseInt(unquote(raw), 10, 64)
	if err != nil {
		return fmt.Errorf("%s is not a whole number", raw)
	}
	*i = Int(number)
	return nil
}

// Bool is a boolean that templates write as a boolean or as text.
type Bool bool

// UnmarshalJSON reads true and "true".
func (b *Bool) UnmarshalJSON(raw []byte) error {
	switch unquote(raw) {
	case "true":
		*b = true
	case "false":
		*b = false
	default:
		return fmt.Errorf("%s is neither true nor false", raw)
	}
	return nil
}

// unquote returns the text of a JSON string, and anything else as it is.
func unquote(raw []byte) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// Tag is a resource tag.
type Tag struct{ Key, Value string }
