package provision

import "strings"

// Unknown stands for a value that is known only after other resources are made.
const Unknown = "{{changeSet:KNOWN_AFTER_APPLY}}"

// blurred puts Unknown in the place of functions whose result would be made of
// it without showing it: parts of it, or its encoding.
func (t *target) blurred(value any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i, element := range value {
			list[i] = t.blurred(element)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, member := range value {
			object[name] = t.blurred(member)
		}
		if t.hides(object) {
			return Unknown
		}
		return object
	}
	return value
}

// hides tells whether value calls a function on what is not known, and the
// result does not show that.
func (t *target) hides(value map[string]any) bool {
	if len(value) != 1 {
		return false
	}
	for function, argument := range value {
		switch function {
		case "Fn::Split", "Fn::Base64":
			return t.isUnknown(argument)
		case "Fn::Select", "Fn::Join": // of a list that is not known
			_, err := t.scope.Resolve(value)
			return err != nil && t.isUnknown(argument)
		}
	}
	return false
}

func (t *target) isUnknown(value any) bool {
	resolved, err := t.scope.Resolve(value)
	return err == nil && mentionsUnknown(resolved)
}

func mentionsUnknown(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(value, Unknown)
	case []any:
		for _, element := range value {
			if mentionsUnknown(element) {
				return true
			}
		}
	case map[string]any:
		for _, member := range value {
			if mentionsUnknown(member) {
				return true
			}
		}
	}
	return false
}
