// Package template reads CloudFormation templates: it knows their sections,
// resolves their intrinsic functions and finds the order in which resources
// can be created. It knows no resource type.
//
// Template anatomy:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
package template

import (
	"errors"
	"fmt"

	"eda-demo/local/strictjson"
)

// Template is a parsed template. Values in it are as encoding/json decodes
// them, numbers as json.Number.
type Template struct {
	Description string
	Parameters  map[string]Parameter
	Mappings    map[string]any
	Conditions  map[string]any
	Resources   map[string]Resource
	Outputs     map[string]Output
}

// Parameter is a template parameter.
type Parameter struct {
	Type        string
	Default     any
	Description string
}

// Resource is one resource of a template.
type Resource struct {
	Type                string
	Properties          map[string]any
	Metadata            any
	Condition           string
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// Output is one output of a template.
type Output struct {
	Description string
	Value       any
	Condition   string
	Export      any
}

type document struct {
	AWSTemplateFormatVersion string
	Description              string
	Metadata                 any
	Parameters               map[string]Parameter
	Mappings                 map[string]any
	Conditions               map[string]any
	Rules                    map[string]any
	Resources                map[string]Resource
	Outputs                  map[string]Output
}

// CloudFormation's limits on a template:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxSize      = 1 << 20 // bytes
	maxResources = 500
)

// bootstrapRule asserts the version of the CDK bootstrap stack, which concerns
// the upload of assets only. Other rules are refused.
const bootstrapRule = "CheckBootstrapVersion"

// Parse reads a template in JSON of at most 1 MB. What it does not know is
// refused by name: sections, attributes, functions, and references to what the
// template does not have.
func Parse(raw []byte) (*Template, error) {
	doc, err := decode(raw)
	if err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	t := &Template{
		Description: doc.Description, Parameters: doc.Parameters, Mappings: doc.Mappings,
		Conditions: doc.Conditions, Resources: doc.Resources, Outputs: doc.Outputs,
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	return t, nil
}

func decode(raw []byte) (document, error) {
	var doc document
	if len(raw) > maxSize {
		return doc, fmt.Errorf("it has %d bytes, more than %d", len(raw), maxSize)
	}
	if err := strictjson.UnmarshalNumbers(raw, &doc); err != nil {
		return doc, err
	}
	for name := range doc.Rules {
		if name != bootstrapRule {
			return doc, fmt.Errorf("rule %s is not supported", name)
		}
	}
	if v := doc.AWSTemplateFormatVersion; v != "" && v != "2010-09-09" {
		return doc, fmt.Errorf("AWSTemplateFormatVersion %q is not supported, only 2010-09-09 is", v)
	}
	if len(doc.Resources) == 0 {
		return doc, errors.New("at least one resource is required")
	}
	if len(doc.Resources) > maxResources {
		return doc, fmt.Errorf("it has %d resources, more than %d", len(doc.Resources), maxResources)
	}
	return doc, nil
}
