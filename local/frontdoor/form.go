package frontdoor

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// decodeForm fills input from Query parameters: nested members are separated
// by dots, lists counted as Name.member.1, maps as Name.entry.1.key/.value.
func decodeForm(form url.Values, input any) error {
	tree := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == "Action" || name == "Version" {
			continue
		}
		if len(form[name]) != 1 {
			return fmt.Errorf("parameter %s is given more than once", name)
		}
		if err := plant(tree, strings.Split(name, "."), form[name][0]); err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
	}
	shaped, err := shape(tree, typeOf(input))
	if err != nil {
		return err
	}
	raw, err := json.Marshal(shaped)
	if err != nil {
		return err
	}
	return decodeJSON(raw, input)
}

// maxDepth bounds the nesting of parameters.
const maxDepth = 16

// plant puts a parameter into the tree that the dots in the names describe.
func plant(tree map[string]any, path []string, value string) error {
	if len(path) > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	name, rest := path[0], path[1:]
	there, taken := tree[name]
	if len(rest) == 0 {
		if taken {
			return fmt.Errorf("%s is given as a value and as a structure", name)
		}
		tree[name] = value
		return nil
	}
	if !taken {
		there = map[string]any{}
		tree[name] = there
	}
	branch, ok := there.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is given as a value and as a structure", name)
	}
	return plant(branch, rest, value)
}

func typeOf(pointer any) reflect.Type { return reflect.TypeOf(pointer).Elem() }

// shape turns a tree of texts into values that marshal to the JSON of type t.
func shape(value any, t reflect.Type) (any, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if text, ok := value.(string); ok {
		return shapeText(text, t)
	}
	tree := value.(map[string]any)
	switch t.Kind() {
	case reflect.Struct:
		return shapeStruct(tree, t)
	case reflect.Slice:
		return shapeList(tree, t)
	case reflect.Map:
		return shapeMap(tree, t)
	}
	return nil, fmt.Errorf("a structure is given where a %s is expected", t.Kind())
}

func shapeText(text string, t reflect.Type) (any, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("%q is not UTF-8", text) // which JSON would replace
	}
	var value any = text
	var err error
	switch t.Kind() {
	case reflect.Bool:
		value, err = strconv.ParseBool(text)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		value, err = strconv.ParseInt(text, 10, 64)
	case reflect.Float32, reflect.Float64:
		value, err = strconv.ParseFloat(text, 64)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 && text == "" {
			return []any{}, nil // an empty list is sent as Name=
		}
	case reflect.Struct, reflect.Map:
		if text == "" {
			return nil, nil // and so is an empty map
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%q is not a %s", text, t.Kind())
	}
	return value, nil
}

func shapeStruct(tree map[string]any, t reflect.Type) (any, error) {
	shaped := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		field, ok := memberNamed(t, name)
		if !ok {
			return nil, fmt.Errorf("parameter %s is not supported", name)
		}
		value, err := shape(tree[name], field.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		shaped[name] = value
	}
	return shaped, nil
}

func shapeList(tree map[string]any, t reflect.Type) (any, error) {
	members, err := numbered(tree, "member")
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, member := range members {
		value, err := shape(member, t.Elem())
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

func shapeMap(tree map[string]any, t reflect.Type) (any, error) {
	entries, err := numbered(tree, "entry")
	if err != nil {
		return nil, err
	}
	shaped := map[string]any{}
	for _, entry := range entries {
		name, value, err := keyAndValue(entry)
		if err != nil {
			return nil, err
		}
		if _, twice := shaped[name]; twice {
			return nil, fmt.Errorf("the key %q is given twice", name)
		}
		if shaped[name], err = shape(value, t.Elem()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return shaped, nil
}

// keyAndValue takes an entry of a map apart; SNS calls the two Name and Value
// in the attributes of a message.
func keyAndValue(entry any) (key string, value any, err error) {
	pair, _ := entry.(map[string]any)
	for _, names := range [][2]string{{"key", "value"}, {"Name", "Value"}} {
		key, ok := pair[names[0]].(string)
		if value, given := pair[names[1]]; ok && given && len(pair) == 2 {
			return key, value, nil
		}
	}
	return "", nil, errors.New("an entry needs a key and a value, and nothing else")
}

// numbered returns the children of tree[wrapper] in the order of their
// numbers; without the wrapper, as some clients send it, those of tree.
func numbered(tree map[string]any, wrapper string) ([]any, error) {
	if inner, ok := tree[wrapper].(map[string]any); ok && len(tree) == 1 {
		tree = inner
	}
	indexes := make([]int, 0, len(tree))
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		index, err := strconv.Atoi(name)
		if err != nil || index < 1 || strconv.Itoa(index) != name {
			return nil, fmt.Errorf("%q is not a number from 1", name)
		}
		indexes = append(indexes, index)
	}
	slices.Sort(indexes)
	ordered := make([]any, 0, len(indexes))
	for _, index := range indexes {
		ordered = append(ordered, tree[strconv.Itoa(index)])
	}
	return ordered, nil
}

// memberNamed finds the field that has a name on the wire, those of embedded
// structs included.
func memberNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(t) {
		if wire, ok := memberName(field); ok && wire == name && !field.Anonymous {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// memberName is the name that a field has on the wire, if it is a member.
func memberName(field reflect.StructField) (string, bool) {
	tag := field.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	if name == "" {
		name = field.Name
	}
	return name, field.IsExported() && tag != "-"
}
