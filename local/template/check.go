package template

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pseudoParameters are what Ref takes without a declaration.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
var pseudoParameters = []string{
	"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition",
	"AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
}

var logicalID = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

// check refuses references to what the template does not have, and functions
// that are not known.
func (t *Template) check() error {
	for _, name := range slices.Sorted(maps.Keys(t.Conditions)) {
		if err := calls(t.Conditions[name], t.checkInCondition); err != nil {
			return fmt.Errorf("condition %s: %w", name, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if err := t.checkResource(id, t.Resources[id]); err != nil {
			return fmt.Errorf("resource %s: %w", id, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Outputs)) {
		if err := t.checkOutput(t.Outputs[name]); err != nil {
			return fmt.Errorf("output %s: %w", name, err)
		}
	}
	return nil
}

func (t *Template) checkResource(id string, r Resource) error {
	if !logicalID.MatchString(id) {
		return errors.New("a logical id is made of 1 to 255 letters and digits")
	}
	if r.Type == "" {
		return errors.New("it has no Type")
	}
	if err := t.checkCondition(r.Condition); err != nil {
		return err
	}
	names, err := r.dependsOn()
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := t.Resources[name]; !ok {
			return fmt.Errorf("it depends on %s, which the template does not have", name)
		}
	}
	return calls(r.Properties, t.checkCall)
}

func (t *Template) checkOutput(o Output) error {
	if o.Value == nil {
		return errors.New("it has no Value")
	}
	if err := t.checkCondition(o.Condition); err != nil {
		return err
	}
	return calls(o.Value, t.checkCall)
}

func (t *Template) checkCondition(name string) error {
	if _, ok := t.Conditions[name]; !ok && name != "" {
		return fmt.Errorf("it refers to the condition %s, which the template does not have", name)
	}
	return nil
}

// checkCall checks one call of a function in a resource or an output.
func (t *Template) checkCall(function string, argument any) error {
	if functionNamed(function) == nil {
		return fmt.Errorf("the function %s is not supported", function)
	}
	if err := checkArgument(function, argument); err != nil {
		return fmt.Errorf("%s: %w", function, err)
	}
	if function == "Fn::If" {
		list, _ := argument.([]any)
		name, _ := list[0].(string)
		return t.checkCondition(name)
	}
	for _, name := range referred(function, argument) {
		_, isResource := t.Resources[name]
		if !isResource && (function == "Fn::GetAtt" || !t.isParameter(name)) {
			return fmt.Errorf("it refers to %s, which the template does not have", name)
		}
	}
	return nil
}

// checkInCondition checks one call of a function in a condition, where there
// are no resources yet.
func (t *Template) checkInCondition(function string, argument any) error {
	if function == "Fn::GetAtt" || function == "Fn::If" || functionNamed(function) == nil && !slices.Contains(conditionFunctions, function) {
		return fmt.Errorf("the function %s is not supported in conditions", function)
	}
	if err := checkArgument(function, argument); err != nil {
		return fmt.Errorf("%s: %w", function, err)
	}
	for _, name := range referred(function, argument) {
		if !t.isParameter(name) {
			return fmt.Errorf("it refers to %s, which is no parameter", name)
		}
	}
	return nil
}

func (t *Template) isParameter(name string) bool {
	_, declared := t.Parameters[name]
	return declared || slices.Contains(pseudoParameters, name)
}

// checkArgument refuses arguments from which names can't be read.
func checkArgument(function string, argument any) error {
	var err error
	switch function {
	case "Ref":
		if _, ok := argument.(string); !ok {
			return fmt.Errorf("%v is not a name", argument)
		}
	case "Fn::GetAtt":
		_, _, err = splitGetAtt(argument)
	case "Fn::Sub":
		_, _, err = subParts(argument)
	case "Fn::If":
		list, ok := argument.([]any)
		if !ok || len(list) != 3 {
			return errors.New("3 arguments are needed")
		}
		if name, ok := list[0].(string); !ok || name == "" {
			return fmt.Errorf("%v is not the name of a condition", list[0])
		}
	}
	return err
}

// referred returns the names that a call refers to.
func referred(function string, argument any) []string {
	switch function {
	case "Ref":
		if name, ok := argument.(string); ok {
			return []string{name}
		}
	case "Fn::GetAtt":
		if id, _, err := splitGetAtt(argument); err == nil {
			return []string{id}
		}
	case "Fn::Sub":
		return subReferences(argument)
	}
	return nil
}

// calls visits every call of an intrinsic function in value, outer ones first.
// A function beside other members, and null, are refused as CloudFormation
// does. The error says where.
func calls(value any, visit func(function string, argument any) error) error {
	switch value := value.(type) {
	case nil:
		return errors.New("null values are not allowed in templates")
	case map[string]any:
		return callsInMap(value, visit)
	case []any:
		for i, element := range value {
			if err := calls(element, visit); err != nil {
				return within(strconv.Itoa(i), err)
			}
		}
	}
	return nil
}

func callsInMap(object map[string]any, visit func(string, any) error) error {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if name == "Ref" || strings.HasPrefix(name, "Fn::") {
			if len(object) != 1 {
				return fmt.Errorf("%s stands beside other members", name)
			}
			if err := visit(name, object[name]); err != nil {
				return err
			}
		}
		if err := calls(object[name], visit); err != nil {
			return within(name, err)
		}
	}
	return nil
}

// located is an error somewhere in a value.
type located struct {
	path string
	err  error
}

func (l *located) Error() string { return l.path + ": " + l.err.Error() }
func (l *located) Unwrap() error { return l.err }

func within(name string, err error) error {
	if inner, ok := err.(*located); ok {
		return &located{name + "." + inner.path, inner.err}
	}
	return &located{name, err}
}
