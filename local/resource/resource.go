// Package resource is the contract between the template and the services: a
// service registers a Handler for each CloudFormation resource type it owns.
// It knows neither templates nor services.
package resource

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"maps"

	"eda-demo/local/strictjson"
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

// suffixLength is how many characters make a generated name unique.
const suffixLength = 12

// Name returns the physical name of a resource that the template does not
// name: <stack>-<logical id>-<12 characters>, at most limit characters. It is
// the same whenever the same stack is started.
func (d Definition) Name(limit int) string {
	sum := sha256.Sum256([]byte(d.Stack.ID + "/" + d.LogicalID))
	suffix := base32.StdEncoding.EncodeToString(sum[:])[:suffixLength]
	name := d.Stack.Name + "-" + d.LogicalID
	room := limit - suffixLength - len("-")
	if room <= 0 {
		return suffix[:min(limit, suffixLength)]
	}
	return name[:min(room, len(name))] + "-" + suffix
}

// Decode reads the properties into a struct whose fields are named after them,
// or tagged so. A property that the struct doesn't have, at any level, is
// refused by its path.
func (d Definition) Decode(into any) error {
	if len(d.Properties) == 0 {
		return nil
	}
	if err := strictjson.Unmarshal(d.Properties, into); err != nil {
		return fmt.Errorf("read properties: %w", err)
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

// Tag is a resource tag.
type Tag struct{ Key, Value string }
