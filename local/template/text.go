package template

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	placeholder  = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)
	variableName = regexp.MustCompile(`^[A-Za-z0-9_.:]+$`)
)

func subParts(argument any) (text string, variables map[string]any, err error) {
	switch argument := argument.(type) {
	case string:
		return argument, nil, nil
	case []any:
		if len(argument) == 2 {
			text, ok1 := argument[0].(string)
			variables, ok2 := argument[1].(map[string]any)
			if ok1 && ok2 {
				return text, variables, nil
			}
		}
	}
	return "", nil, errors.New("Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string")
}

func (s *Scope) sub(argument any) (any, error) {
	text, variables, err := subParts(argument)
	if err != nil {
		return nil, err
	}
	var failures []error
	result := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		value, err := s.substitute(name, variables)
		if err != nil {
			failures = append(failures, fmt.Errorf("${%s}: %w", name, err))
		}
		return value
	})
	return result, errors.Join(failures...)
}

func (s *Scope) substitute(name string, variables map[string]any) (string, error) {
	var value any
	var err error
	if variable, ok := variables[name]; ok {
		value, err = s.Resolve(variable)
	} else if id, attribute, ok := strings.Cut(name, "."); ok {
		value, err = s.GetAtt(id, attribute)
	} else {
		value, err = s.ref(name)
	}
	if err != nil {
		return "", err
	}
	return scalar(value)
}

// scalar is the text of a value that stands inside another text.
func scalar(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	case bool:
		return strconv.FormatBool(value), nil
	}
	return "", fmt.Errorf("%v is not a text", value)
}

func (s *Scope) join(argument any) (any, error) {
	arguments, err := s.arguments(argument, 2)
	if err != nil {
		return nil, err
	}
	delimiter, ok1 := arguments[0].(string)
	list, ok2 := arguments[1].([]any)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("a delimiter and a list are needed")
	}
	texts := make([]string, len(list))
	for i, element := range list {
		if texts[i], err = scalar(element); err != nil {
			return nil, err
		}
	}
	return strings.Join(texts, delimiter), nil
}

func (s *Scope) selectOne(argument any) (any, error) {
	arguments, err := s.arguments(argument, 2)
	if err != nil {
		return nil, err
	}
	index, err := strconv.Atoi(fmt.Sprint(arguments[0]))
	list, ok := arguments[1].([]any)
	if err != nil || !ok {
		return nil, errors.New("Template error: Fn::Select requires a list argument with two elements: an integer index and a list")
	}
	if index < 0 || index >= len(list) {
		return nil, fmt.Errorf("Template error: Fn::Select cannot select nonexistent value at index %d", index)
	}
	return list[index], nil
}

func (s *Scope) split(argument any) (any, error) {
	arguments, err := s.arguments(argument, 2)
	if err != nil {
		return nil, err
	}
	delimiter, ok1 := arguments[0].(string)
	text, ok2 := arguments[1].(string)
	if !ok1 || !ok2 || delimiter == "" {
		return nil, fmt.Errorf("a delimiter and a text are needed")
	}
	var parts []any
	for _, part := range strings.Split(text, delimiter) {
		parts = append(parts, part)
	}
	return parts, nil
}

func (s *Scope) base64(argument any) (any, error) {
	value, err := s.Resolve(argument)
	if err != nil {
		return nil, err
	}
	text, err := scalar(value)
	return base64.StdEncoding.EncodeToString([]byte(text)), err
}
