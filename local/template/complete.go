package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ParameterValue is a parameter of a stack as DescribeStacks shows it, but for
// NoEcho: a Hidden one's value is to be shown as ****.
type ParameterValue struct {
	Name  string
	Value string // as given, or the default
	// Resolved is what a parameter of Systems Manager holds, if Stored.
	Resolved string
	Stored   bool
	Hidden   bool
}

// Shown returns the value, or asterisks in place of one that must not be seen.
func (v ParameterValue) Shown() string {
	if v.Hidden {
		return "****"
	}
	return v.Value
}

// CompleteParameters checks the parameter values given to a stack, completes
// them by the defaults, looks up those that are kept by Systems Manager, and
// stores in s.Parameters what Ref returns. The values come sorted by name.
func (s *Scope) CompleteParameters(given map[string]string) ([]ParameterValue, error) {
	declared := s.Template.Parameters
	var unknown, missing []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, ok := declared[name]; !ok {
			unknown = append(unknown, name)
		}
	}
	if unknown != nil {
		return nil, fmt.Errorf("Parameters: [%s] do not exist in the template", strings.Join(unknown, ", "))
	}
	var values []ParameterValue
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		value, ok := completed(name, declared[name], given)
		if !ok {
			missing = append(missing, name)
		}
		values = append(values, value)
	}
	if missing != nil {
		return nil, fmt.Errorf("Parameters: [%s] must have values", strings.Join(missing, ", "))
	}
	if err := s.lookUp(values); err != nil {
		return nil, err
	}
	s.Parameters = map[string]any{}
	for _, v := range values {
		s.Parameters[v.Name] = declared[v.Name].value(v.used())
	}
	return values, nil
}

func completed(name string, p Parameter, given map[string]string) (ParameterValue, bool) {
	value := ParameterValue{Name: name, Stored: kinds[p.Type].stored, Hidden: p.Hidden()}
	if text, ok := given[name]; ok {
		value.Value = text
		return value, true
	}
	if p.Default == nil {
		return value, false
	}
	value.Value = string(*p.Default)
	return value, true
}

func (v ParameterValue) used() string {
	if v.Stored {
		return v.Resolved
	}
	return v.Value
}

// lookUp checks the values and completes those that are stored.
func (s *Scope) lookUp(values []ParameterValue) error {
	var absent []string
	for i, v := range values {
		if err := s.Template.Parameters[v.Name].checkValue(v.Name, v.Value); err != nil {
			return err
		}
		if !v.Stored {
			continue
		}
		text, found, err := s.stored(v.Value)
		if err != nil {
			return fmt.Errorf("parameter %s: %w", v.Name, err)
		}
		if !found {
			absent = append(absent, v.Value)
		}
		values[i].Resolved = text
	}
	if absent != nil {
		return errAbsent(absent...)
	}
	return nil
}

func errAbsent(names ...string) error {
	return fmt.Errorf("Unable to fetch parameters [%s] from parameter store for this account.", strings.Join(names, ","))
}

func (s *Scope) stored(name string) (value string, found bool, err error) {
	if s.StoredParameter == nil {
		return "", false, nil
	}
	return s.StoredParameter(name)
}
