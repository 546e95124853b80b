package template

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// walker visits the calls of intrinsic functions in a value, outer ones first,
// in the order of the members' names.
type walker struct {
	// visit is given where the call stands: the names and indexes above it, the
	// functions that it is an argument of left out. It must not keep at.
	visit func(at []string, function string, argument any) error
	// plain, if any, is given every value that is neither a call, an object nor a
	// list.
	plain func(at []string, value any) error
	// branches tells which branches of an Fn::If count; nil: both.
	branches func(condition string) (then, otherwise bool)
	// inside a function's arguments the place stays that of the call.
	inside bool
}

func (w walker) walk(value any, at []string) error {
	switch value := value.(type) {
	case map[string]any:
		if name, argument, ok := call(value); ok {
			if len(value) != 1 {
				return fmt.Errorf("Template format error: [/%s] %s stands beside other members", strings.Join(at, "/"), name)
			}
			return w.call(name, argument, at)
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if err := w.walk(value[name], w.below(at, name)); err != nil {
				return err
			}
		}
	case []any:
		for i, element := range value {
			if err := w.walk(element, w.below(at, strconv.Itoa(i))); err != nil {
				return err
			}
		}
	default:
		if w.plain != nil {
			return w.plain(at, value)
		}
	}
	return nil
}

func (w walker) below(at []string, name string) []string {
	if w.inside {
		return at
	}
	return append(at, name)
}

func (w walker) call(name string, argument any, at []string) error {
	if w.visit != nil {
		if err := w.visit(at, name, argument); err != nil {
			return err
		}
	}
	list, _ := argument.([]any)
	if name != "Fn::If" || len(list) != 3 {
		return w.arguments(argument, at)
	}
	then, otherwise := true, true
	if condition, ok := list[0].(string); ok && w.branches != nil {
		then, otherwise = w.branches(condition)
	}
	if then {
		if err := w.walk(list[1], at); err != nil {
			return err
		}
	}
	if otherwise {
		return w.walk(list[2], at)
	}
	return nil
}

// arguments walks through what a function is given, which stands where the call
// does.
func (w walker) arguments(argument any, at []string) error {
	w.inside = true
	list, ok := argument.([]any)
	if !ok {
		list = []any{argument}
	}
	for _, element := range list {
		if err := w.walk(element, at); err != nil {
			return err
		}
	}
	return nil
}

// call returns the function that an object calls.
func call(object map[string]any) (name string, argument any, ok bool) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if name == "Ref" || strings.HasPrefix(name, "Fn::") {
			return name, object[name], true
		}
	}
	return "", nil, false
}

// taken is what branches of an Fn::If count once the conditions are known. Both
// do where one is not known.
func taken(conditions map[string]bool) func(string) (bool, bool) {
	return func(name string) (then, otherwise bool) {
		value, known := conditions[name]
		return value || !known, !value || !known
	}
}

// noBranches leaves out what stands in an Fn::If.
func noBranches(string) (then, otherwise bool) { return false, false }
