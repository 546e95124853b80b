package frontdoor

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/iam"
)

// queryForm returns the parameters of a Query call, if r is one.
func queryForm(r *http.Request, body []byte) (url.Values, bool) {
	if r.URL.Query().Get("Action") != "" {
		return r.URL.Query(), true
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Action") == "" {
		return nil, false
	}
	return form, true
}

func (d *Door) serveQuery(w http.ResponseWriter, r *http.Request, signer string, p iam.Principal, form url.Values) {
	name := form.Get("Action")
	e, op, found := d.queryOperation(signer, p, name)
	if !found {
		failure := &Error{Code: "InvalidAction", Message: "The action " + name + " is not valid for this endpoint."}
		writeQueryError(w, Service{}, failure)
		return
	}
	output, failure := d.handleQuery(r, e, op, p, form)
	if failure != nil {
		writeQueryError(w, e.Service, failure)
		return
	}
	writeQueryAnswer(w, e.Service, name, output)
}

// queryOperation finds the operation among the Query services of a signing
// name; for an unsigned request, among the operations that need no signature.
func (d *Door) queryOperation(signer string, p iam.Principal, name string) (*endpoint, Operation, bool) {
	candidates := d.bySigner[signer]
	if p.Kind == iam.Nobody {
		candidates = slices.Collect(maps.Values(d.byName))
	}
	for _, e := range candidates {
		if op, ok := e.operations[name]; ok && e.Protocol == Query && (p.Kind != iam.Nobody || op.unsigned) {
			return e, op, true
		}
	}
	return nil, Operation{}, false
}

func (d *Door) handleQuery(r *http.Request, e *endpoint, op Operation, p iam.Principal, form url.Values) (any, *Error) {
	input := op.input()
	if err := decodeForm(form, input); err != nil {
		return nil, e.invalid(err)
	}
	output, err := d.perform(r.Context(), p, e, op, input)
	if err != nil {
		return nil, d.toError(e.Name, op.name, err)
	}
	return output, nil
}

// decodeForm fills input from Query parameters: nested members are separated
// by dots, lists counted as Name.member.1, maps as Name.entry.1.key/.value.
func decodeForm(form url.Values, input any) error {
	tree := map[string]any{}
	for name, values := range form {
		if name == "Action" || name == "Version" || len(values) == 0 {
			continue
		}
		if err := plant(tree, strings.Split(name, "."), values[0]); err != nil {
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

func plant(tree map[string]any, path []string, value string) error {
	if len(path) > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	if len(path) == 1 {
		tree[path[0]] = value
		return nil
	}
	branch, ok := tree[path[0]].(map[string]any)
	if !ok {
		if tree[path[0]] != nil {
			return fmt.Errorf("%s is given as a value and as a structure", path[0])
		}
		branch = map[string]any{}
		tree[path[0]] = branch
	}
	return plant(branch, path[1:], value)
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
	switch {
	case t.Kind() == reflect.Struct:
		return shapeStruct(tree, t)
	case t.Kind() == reflect.Slice:
		return shapeList(tree, t)
	case t.Kind() == reflect.Map:
		return shapeMap(tree, t)
	}
	return nil, fmt.Errorf("a structure is given where a %s is expected", t.Kind())
}

func shapeText(text string, t reflect.Type) (any, error) {
	switch t.Kind() {
	case reflect.Bool:
		return strconv.ParseBool(text)
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.ParseInt(text, 10, 64)
	case reflect.Float64:
		return strconv.ParseFloat(text, 64)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 && text == "" {
			return []any{}, nil // an empty list is sent as Name=
		}
	}
	return text, nil
}

func shapeStruct(tree map[string]any, t reflect.Type) (any, error) {
	fields := map[string]reflect.Type{}
	for field := range t.Fields() {
		fields[memberName(field)] = field.Type
	}
	shaped := map[string]any{}
	for name, value := range tree {
		field, ok := fields[name]
		if !ok {
			return nil, fmt.Errorf("parameter %s is not supported", name)
		}
		var err error
		if shaped[name], err = shape(value, field); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
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
		pair, _ := entry.(map[string]any)
		key, value := firstOf(pair, "key", "Name"), firstOf(pair, "value", "Value")
		name, ok := key.(string)
		if !ok || value == nil {
			return nil, fmt.Errorf("an entry needs a key and a value")
		}
		if shaped[name], err = shape(value, t.Elem()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return shaped, nil
}

func firstOf(pair map[string]any, names ...string) any {
	for _, name := range names {
		if value, ok := pair[name]; ok {
			return value
		}
	}
	return nil
}

// numbered returns the children of tree[wrapper] in the order of their
// numbers; without the wrapper, as some clients send it, those of tree.
func numbered(tree map[string]any, wrapper string) ([]any, error) {
	if inner, ok := tree[wrapper].(map[string]any); ok {
		tree = inner
	}
	indexes := map[int]any{}
	for name, value := range tree {
		index, err := strconv.Atoi(name)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", name)
		}
		indexes[index] = value
	}
	var ordered []any
	for _, index := range slices.Sorted(maps.Keys(indexes)) {
		ordered = append(ordered, indexes[index])
	}
	return ordered, nil
}

// memberName is the name that a field has on the wire.
func memberName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" {
		return field.Name
	}
	return name
}
