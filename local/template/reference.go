package template

import (
	"errors"
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
	text := string(*parameter.Default)
	if kinds[parameter.Type].stored {
		stored, found, err := s.stored(text)
		if err == nil && !found {
			err = errAbsent(text)
		}
		if err != nil {
			return nil, err
		}
		text = stored
	}
	return parameter.value(text), nil
}

func splitGetAtt(argument any) (id, attribute string, err error) {
	switch argument := argument.(type) {
	case string:
		id, attribute, _ = strings.Cut(argument, ".")
	case []any:
		if len(argument) == 2 {
			id, _ = argument[0].(string)
			attribute, _ = argument[1].(string)
		}
	}
	if id == "" || attribute == "" {
		return "", "", errors.New("Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute")
	}
	return id, attribute, nil
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
	var path []string
	for _, key := range arguments {
		path = append(path, fmt.Sprint(key))
		level, _ := value.(map[string]any)
		value = level[path[len(path)-1]]
	}
	if value == nil {
		return nil, fmt.Errorf("Template error: Unable to get mapping for %s", strings.Join(path, "::"))
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
