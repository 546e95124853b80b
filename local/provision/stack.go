package provision

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"eda-demo/local/resource"
	"eda-demo/local/template"
)

// Spec is what a stack is to be.
type Spec struct {
	// Template is the template as it was given, JSON or YAML.
	Template []byte
	// Parameters are the given values; defaults stand for the rest.
	Parameters map[string]string `json:",omitempty"`
	Tags       []resource.Tag    `json:",omitempty"`
	// RoleARN, Capabilities and NotificationARNs are kept and shown.
	RoleARN          string   `json:",omitempty"`
	Capabilities     []string `json:",omitempty"`
	NotificationARNs []string `json:",omitempty"`
}

// Stack is a stack as it stood when it was asked for. It must not be changed.
type Stack struct {
	resource.Stack
	Status      Status
	Reason      string // of the status, mostly ""
	Description string
	Created     time.Time
	Updated     time.Time // zero if never
	Deleted     time.Time // zero if it exists
	// Spec is what the stack was last told to be, Stable what it last was in
	// full; nil if it never was.
	Spec      Spec
	Stable    *Spec
	Outputs   []Output
	Protected bool // against deletion
	// DisableRollback is whether the last operation was told not to roll back.
	DisableRollback bool
	// Resources are sorted by their logical ids.
	Resources []Resource
}

// Output is an output of a stack.
type Output struct {
	Key, Value  string
	Description string `json:",omitempty"`
	Export      string `json:",omitempty"` // its name, "" if it is not exported
}

// Resource is a resource of a stack.
type Resource struct {
	// Definition is what the resource was last told to be. Its PhysicalID is ""
	// if the resource does not exist (yet).
	resource.Definition
	// Applied are the properties after a patch; nil without one.
	Applied json.RawMessage `json:",omitempty"`
	// Imported is whether the resource may have been there before the stack, so
	// that a rollback leaves it alone.
	Imported   bool           `json:",omitempty"`
	Attributes map[string]any `json:",omitempty"`
	Status     Status
	Reason     string `json:",omitempty"`
	Changed    time.Time
	// DependsOn are the logical ids of the resources that this one refers to.
	DependsOn           []string `json:",omitempty"`
	DeletionPolicy      string   `json:",omitempty"`
	UpdateReplacePolicy string   `json:",omitempty"`
}

// Resource returns the resource with a logical id.
func (s *Stack) Resource(logicalID string) (Resource, bool) {
	i, found := slices.BinarySearchFunc(s.Resources, logicalID, func(r Resource, id string) int {
		return compareText(r.LogicalID, id)
	})
	if !found {
		return Resource{}, false
	}
	return s.Resources[i], true
}

// Values returns the outputs' values by their keys.
func (s *Stack) Values() map[string]string {
	values := map[string]string{}
	for _, output := range s.Outputs {
		values[output.Key] = output.Value
	}
	return values
}

// header is what is kept of a stack, beside its resources and events.
type header struct {
	Identity        resource.Stack
	Status          Status
	Reason          string `json:",omitempty"`
	Description     string `json:",omitempty"`
	Created         time.Time
	Updated         time.Time
	Deleted         time.Time
	Spec            Spec     `json:"-"` // kept as specs: it is large
	Stable          *Spec    `json:"-"`
	Outputs         []Output `json:",omitempty"`
	Imports         []string `json:",omitempty"`
	Protected       bool     `json:",omitempty"`
	DisableRollback bool     `json:",omitempty"`
	DropsNew        bool     `json:",omitempty"` // Options.RetainExceptOnCreate
	ImportsExisting bool     `json:",omitempty"`
	Retain          []string `json:",omitempty"` // Options.Retain
	// Undeleted is the status that the stack has again if it can't be deleted
	// because another needs it.
	Undeleted Status `json:",omitempty"`
	// Stored are the parameters of Systems Manager as they were for Stable, by
	// their names: a rollback does not take over what they have become since.
	Stored map[string]string `json:",omitempty"`
	// Declared are the logical ids of the resources that the spec has, from the
	// time on when the others are cleaned up.
	Declared    []string `json:",omitempty"`
	Generations map[string]int
	Sequence    uint64 // of the last event
	Token       string `json:",omitempty"` // of the last operation's request
}

// state is a stack. Only the operation at work on it changes it; Engine.mu
// guards each single change.
type state struct {
	header
	resources map[string]*Resource
	// retired are resources that were replaced and are not deleted yet.
	retired []*Resource
	events  []Event
	// loaded is the status that an earlier process has left; "" without one.
	loaded Status
	// work is held by what changes the stack's resources: an operation, a patch
	// or Restore. It is locked before Engine.mu.
	work sync.Mutex
}

// all are the stack's resources, the replaced ones first.
func (s *state) all() []Resource {
	var list []Resource
	for _, r := range s.retired {
		list = append(list, *r)
	}
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		list = append(list, *s.resources[id])
	}
	return list
}

func (s *state) snapshot() Stack {
	shown := Stack{
		Stack: s.Identity, Status: s.Status, Reason: s.Reason, Description: s.Description,
		Created: s.Created, Updated: s.Updated, Deleted: s.Deleted, Spec: s.Spec, Stable: s.Stable,
		Outputs: slices.Clone(s.Outputs), Protected: s.Protected, DisableRollback: s.DisableRollback,
	}
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		shown.Resources = append(shown.Resources, *s.resources[id])
	}
	return shown
}

// Parsed returns the stack's template.
func (s *Stack) Parsed() (*template.Template, error) { return template.Parse(s.Spec.Template) }

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// same tells whether two resolved properties or metadata are equal as JSON
// values; both were encoded by encoding/json, with sorted members.
func same(a, b json.RawMessage) bool { return string(a) == string(b) }
