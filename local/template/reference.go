package template

import (
	"fmt"
	"strings"
)

func (s *Scope) ref(argument any) (any, error) {
	name, ok := argument.(string)
	if !ok {
		return nil, fmt.Errorf("%v is not a name", argument)
	}
	if name == "AWS::NoValue" {
		return noValue{}, nil
	}
	if value, ok := s.Pseudo[name]; ok {
		return value, nil
	}
	if parameter, ok := s.Template.Parameters[name]; ok {
		return s.parameter(name, parameter)
	}
	return s.Ref(name)
}

func (s *Scope) parameter(name string, parameter Parameter) (any, error) {
	if value, ok := s.Parameters[name]; ok {
		return value, nil
	}
	if parameter.Default == nil {
		return nil, fmt.Errorf("parameter %s has no value", name)
	}
	if parameter.Type != "String" && parameter.Type != "Number" {
		return nil, fmt.Errorf("parameter %s has the type %s, which is not supported", name, parameter.Type)
	}
	return parameter.Default, nil
}

func splitGetAtt(argument any) (id, attribute string, err error) {
	switch argument := argument.(type) {
	case string:
		if id, attribute, ok := strings.Cut(argument, "."); ok {
			return id, attribute, nil
		}
	case []any:
		if len(argument) == 2 {
			id, ok1 := argument[0].(string)
			attribute, ok2 := argument[1].(string)
			if ok1 && ok2 {
				return id, attribute, nil
			}
		}
	}
	return "", "", fmt.Errorf("%v is not a logical id and an attribute", argument)
}

func (s *Scope) getAtt(argument any) (any, error) {
	id, attribute, err := splitGetAtt(argument)
	if err != nil {
		return nil, err
	}
	return s.GetAtt(id, attribute)
}

func (s *Scope) findInMap(argument any) (any, error) {
	arguments, err := s.arguments(argument, 3)
	if err != nil {
		return nil, err
	}
	value := any(s.Template.Mappings)
	for _, key := range arguments {
		level, _ := value.(map[string]any)
		next, ok := level[fmt.Sprint(key)]
		if !ok {
			return nil, fmt.Errorf("no entry %v", arguments)
		}
		value = next
	}
	return value, nil
}

// choose resolves the chosen branch only: the other may refer to a resource
// that does not exist.
func (s *Scope) choose(argument any) (any, error) {
	list, ok := argument.([]any)
	if !ok || len(list) != 3 {
		return nil, fmt.Errorf("3 arguments are needed")
	}
	name, _ := list[0].(string)
	condition, ok := s.Conditions[name]
	if !ok {
		return nil, fmt.Errorf("no condition %v", list[0])
	}
	if condition {
		return s.resolve(list[1])
	}
	return s.resolve(list[2])
}
