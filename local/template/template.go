// Package template reads CloudFormation templates in JSON and YAML: it knows
// their sections, checks them as ValidateTemplate does, completes parameters,
// evaluates rules and conditions, resolves intrinsic functions and finds the
// order in which resources can be created. It knows no resource type.
//
// Template anatomy:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
//
// Where CloudFormation itself would refuse a template or a parameter, the error
// is the message of its ValidationError, word for word where public reports of
// errors quote it. From memory only are the messages about:
//   - the size of a template, and counts of anything but resources;
//   - names of parameters and outputs, policies, and the shape of mappings;
//   - parameters without a type, constraints at parameters of another type, and
//     AllowedPattern;
//   - arguments of Ref, Fn::If, Fn::FindInMap and the condition functions,
//     circular conditions, and everything about Rules, a failed assertion
//     included, of which the AssertDescription is told and nothing more.
//
// What CloudFormation takes and this package does not is refused in words of
// its own, which name it: Transform, Hooks, CreationPolicy, every UpdatePolicy
// but CodeDeployLambdaAliasUpdate, dynamic references, functions and parameter
// types. Stricter than CloudFormation are two things: a member given twice is
// refused, where it takes the last, and so are aliases in YAML, which its
// documentation excludes.
package template

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Template is a parsed template. Values in it are as encoding/json decodes
// them, numbers as json.Number.
type Template struct {
	Description string
	Metadata    any
	Parameters  map[string]Parameter
	Mappings    map[string]any
	Conditions  map[string]any
	Rules       map[string]Rule
	Resources   map[string]Resource
	Outputs     map[string]Output
}

// Resource is one resource of a template.
type Resource struct {
	Type       string
	Properties map[string]any
	Metadata   any
	Condition  string
	// DependsOn is a logical id or a list of them.
	DependsOn any
	// DeletionPolicy is "", Delete, Retain, RetainExceptOnCreate or Snapshot.
	DeletionPolicy string
	// UpdateReplacePolicy is "", Delete, Retain or Snapshot.
	UpdateReplacePolicy string
	UpdatePolicy        *UpdatePolicy
}

// Output is one output of a template.
type Output struct {
	Description string
	Value       any
	Condition   string
	Export      *Export
}

// Export makes the value of an output known to other stacks.
type Export struct{ Name any }

// Parse reads a template in YAML or, if it begins with a brace, in JSON, of at
// most 1 MB. What it does not know is refused by name: sections, attributes,
// functions, parameter types, and references to what the template does not
// have. The errors are messages of CloudFormation's ValidationError.
func Parse(raw []byte) (*Template, error) {
	doc, err := read(raw)
	if err != nil {
		return nil, err
	}
	t := &Template{
		Description: doc.Description, Metadata: doc.Metadata, Parameters: doc.Parameters, Mappings: doc.Mappings,
		Conditions: doc.Conditions, Rules: doc.Rules, Resources: doc.Resources, Outputs: doc.Outputs,
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// Text is a scalar as text: templates write 5, "5", true and "true" alike.
type Text string

// UnmarshalJSON reads a string, a number or a boolean.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	text, err := scalar(value)
	if err != nil {
		return &json.UnmarshalTypeError{Value: kindOf(value), Type: reflect.TypeFor[string]()}
	}
	*t = Text(text)
	return nil
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case []any:
		return "array"
	}
	return "object"
}
