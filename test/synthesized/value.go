package synthesized

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

func at(value any, path []any) any {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			key, _ := step.(string)
			value = v[key]
		case []any:
			index, ok := step.(int)
			if !ok || index >= len(v) {
				return nil
			}
			value = v[index]
		default:
			return nil
		}
	}
	return value
}

// Text writes a value of a template as people do: a reference as ${Id}, an
// attribute as ${Id.Name}, a join as what it joins, the rest as JSON.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if id, ok := v["Ref"].(string); ok {
			return "${" + id + "}"
		}
		if path, ok := v["Fn::GetAtt"].([]any); ok {
			return fmt.Sprintf("${%v.%v}", path[0], path[1])
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			return joined(join)
		}
	}
	out, _ := json.Marshal(value)
	return string(out)
}

func joined(join []any) string {
	separator, _ := join[0].(string)
	parts, _ := join[1].([]any)
	return strings.Join(texts(parts), separator)
}

// Texts reads a value that is one text or a list of them.
func Texts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return []string{Text(value)}
	}
	return texts(list)
}

func texts(list []any) []string {
	read := make([]string, len(list))
	for i, item := range list {
		read[i] = Text(item)
	}
	return read
}

var placeholder = regexp.MustCompile(`\$\{(\w+)[.}]`)

// Refers reports whether a value refers, somewhere in it, to a resource.
func Refers(value any, id string) bool {
	switch v := value.(type) {
	case map[string]any:
		if v["Ref"] == id || at(v, []any{"Fn::GetAtt", 0}) == id {
			return true
		}
		for _, member := range v {
			if Refers(member, id) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if Refers(item, id) {
				return true
			}
		}
	case string:
		for _, found := range placeholder.FindAllStringSubmatch(v, -1) {
			if found[1] == id {
				return true
			}
		}
	}
	return false
}
