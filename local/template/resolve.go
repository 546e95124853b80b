package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Scope gives the values that intrinsic functions refer to.
type Scope struct {
	Template *Template
	// Pseudo holds the pseudo parameters, such as AWS::Region.
	Pseudo map[string]any
	// Parameters holds given parameter values as Ref returns them; defaults stand
	// for the rest. CompleteParameters fills it.
	Parameters map[string]any
	// Conditions holds the evaluated conditions.
	Conditions map[string]bool
	// Ref and GetAtt look up created resources.
	Ref    func(logicalID string) (any, error)
	GetAtt func(logicalID, attribute string) (any, error)
	// StoredParameter looks up a parameter of Systems Manager; nil: there are none.
	StoredParameter func(name string) (value string, found bool, err error)
	// Import looks up what another stack exports; nil: nothing is exported.
	Import func(name string) (value string, found bool, err error)
}

// noValue marks a property that AWS::NoValue removes.
type noValue struct{}

// Resolve replaces every intrinsic function in value by its result.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func (s *Scope) Resolve(value any) (any, error) {
	resolved, err := s.resolve(value)
	if err != nil {
		return nil, err
	}
	if _, removed := resolved.(noValue); removed {
		return nil, errors.New("AWS::NoValue stands where a value is needed")
	}
	return resolved, nil
}

func (s *Scope) resolve(value any) (any, error) {
	switch value := value.(type) {
	case []any:
		return s.resolveList(value)
	case map[string]any:
		if name, argument, ok := call(value); ok && len(value) == 1 {
			return s.call(name, argument)
		}
		return s.resolveMap(value)
	}
	return value, nil
}

func (s *Scope) resolveList(list []any) (any, error) {
	resolved := make([]any, 0, len(list))
	for i, element := range list {
		result, err := s.resolve(element)
		if err != nil {
			return nil, within(strconv.Itoa(i), err)
		}
		if _, removed := result.(noValue); !removed {
			resolved = append(resolved, result)
		}
	}
	return resolved, nil
}

func (s *Scope) resolveMap(object map[string]any) (any, error) {
	resolved := make(map[string]any, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		result, err := s.resolve(object[name])
		if err != nil {
			return nil, within(name, err)
		}
		if _, removed := result.(noValue); !removed {
			resolved[name] = result
		}
	}
	return resolved, nil
}

// functions are the intrinsic functions of resources and outputs.
var functions = []string{
	"Ref", "Fn::Base64", "Fn::FindInMap", "Fn::GetAtt", "Fn::If", "Fn::ImportValue", "Fn::Join", "Fn::Select", "Fn::Split",
	"Fn::Sub",
}

// functionNamed returns an intrinsic function of resources and outputs, or nil.
func functionNamed(name string) func(s *Scope, argument any) (any, error) {
	switch name {
	case "Ref":
		return (*Scope).ref
	case "Fn::GetAtt":
		return (*Scope).getAtt
	case "Fn::Sub":
		return (*Scope).sub
	case "Fn::Join":
		return (*Scope).join
	case "Fn::Select":
		return (*Scope).selectOne
	case "Fn::Split":
		return (*Scope).split
	case "Fn::FindInMap":
		return (*Scope).findInMap
	case "Fn::If":
		return (*Scope).choose
	case "Fn::Base64":
		return (*Scope).base64
	case "Fn::ImportValue":
		return (*Scope).importValue
	}
	return nil
}

func (s *Scope) call(name string, argument any) (any, error) {
	function := functionNamed(name)
	if function == nil {
		return nil, errUnsupported(name, functions)
	}
	result, err := function(s, argument)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return result, nil
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

// arguments resolves a list of a function's arguments and checks their count.
func (s *Scope) arguments(argument any, count int) ([]any, error) {
	list, ok := argument.([]any)
	if !ok || len(list) != count {
		return nil, fmt.Errorf("%d arguments are needed", count)
	}
	resolved, err := s.resolveList(list)
	if err != nil {
		return nil, err
	}
	if len(resolved.([]any)) != count {
		return nil, fmt.Errorf("AWS::NoValue is not an argument")
	}
	return resolved.([]any), nil
}
