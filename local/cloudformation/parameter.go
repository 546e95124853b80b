package cloudformation

import (
	"maps"
	"slices"

	"eda-demo/local/provision"
	"eda-demo/local/template"
)

// parameter is a Parameter of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
type parameter struct {
	ParameterKey     string
	ParameterValue   *string `json:",omitempty"`
	UsePreviousValue bool    `json:",omitempty"`
}

// shownParameter is one of a stack or of a change set.
type shownParameter struct {
	ParameterKey   string
	ParameterValue string
	ResolvedValue  string `json:",omitempty"` // of one that Systems Manager keeps
}

// values are the parameters' values, those of a stack where the previous one is
// to be used.
func values(given []parameter, stack *provision.Stack) (map[string]string, error) {
	values := map[string]string{}
	for _, p := range given {
		_, twice := values[p.ParameterKey]
		switch {
		case p.ParameterKey == "":
			return nil, missing("parameters.member.parameterKey")
		case twice:
			return nil, invalid("Parameters: [%s] are given more than once", p.ParameterKey)
		case p.UsePreviousValue && p.ParameterValue != nil && *p.ParameterValue != "":
			return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true and non empty value for a parameter", p.ParameterKey)
		case p.UsePreviousValue:
			value, err := previousValue(p.ParameterKey, stack)
			if err != nil {
				return nil, err
			}
			values[p.ParameterKey] = value
		case p.ParameterValue != nil:
			values[p.ParameterKey] = *p.ParameterValue
		}
	}
	return values, nil
}

// previousValue is what a stack has for a parameter, by default too.
func previousValue(key string, stack *provision.Stack) (string, error) {
	if stack == nil || stack.Spec.Template == nil {
		return "", invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", key)
	}
	if value, given := stack.Spec.Parameters[key]; given {
		return value, nil
	}
	previous, err := stack.Parsed()
	if err != nil {
		return "", err
	}
	if declared, ok := previous.Parameters[key]; ok && declared.Default != nil {
		return string(*declared.Default), nil
	}
	return "", invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", key)
}

// shownParameters are all parameters of a template with their values.
func shownParameters(spec provision.Spec) ([]shownParameter, error) {
	if spec.Template == nil {
		return nil, nil
	}
	parameters, err := template.ParametersOf(spec.Template)
	if err != nil {
		return nil, err
	}
	var list []shownParameter
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		declared, shown := parameters[name], shownParameter{ParameterKey: name}
		value, given := spec.Parameters[name]
		switch {
		case declared.Hidden():
			shown.ParameterValue = "****"
		case given:
			shown.ParameterValue = value
		case declared.Default != nil:
			shown.ParameterValue = string(*declared.Default)
		}
		list = append(list, shown)
	}
	return list, nil
}
