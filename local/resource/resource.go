// Package resource is the contract between the template and the services: a
// service registers a Type for each CloudFormation resource type it owns. It
// knows neither templates nor services.
package resource

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

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
	LogicalID string
	Type      string // such as "AWS::SQS::Queue"
	// PhysicalID is the id of the resource, if it exists: see Type.
	PhysicalID string
	// Interrupted says, when Create is called, that the resource may exist under
	// its name: an earlier process may have created it without learning its id, or
	// it is imported. See Type.
	Interrupted bool
	// Generation counts the resources that have had the logical id in the stack,
	// from 0: one that replaces another needs another name.
	Generation int
	Properties json.RawMessage
	Metadata   json.RawMessage
	Stack      Stack
}

// Key tells the resource from all others that there are or have been; it is the
// same whenever the same stack is started.
func (d Definition) Key() string {
	key := d.Stack.ID + "/" + d.LogicalID
	if d.Generation > 0 {
		key += "/" + strconv.Itoa(d.Generation)
	}
	return key
}

// TakesUp tells whether Create finds the resource as an earlier process has
// left it, instead of making a new one.
func (d Definition) TakesUp() bool { return d.PhysicalID != "" || d.Interrupted }

// suffixLength is how many characters make a generated name unique.
const suffixLength = 12

// Name returns the physical name of a resource that the template does not
// name: <stack>-<logical id>-<12 characters>, at most limit characters. It is
// the same whenever the same stack is started.
func (d Definition) Name(limit int) string {
	sum := sha256.Sum256([]byte(d.Key()))
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

// Registry is the resource types that can be managed, by their names.
type Registry map[string]Type

// Add registers the types of a service. A type registered twice is a
// programming error.
func (r Registry) Add(types map[string]Type) {
	for name := range types {
		if _, twice := r[name]; twice {
			panic("resource: type " + name + " registered twice")
		}
	}
	maps.Copy(r, types)
}

// Tag is a resource tag.
type Tag struct{ Key, Value string }
