package frontdoor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// signingHeaders are the headers that SigV4 and the SDKs add to any request.
var signingHeaders = []string{"x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent"}

// operationParameter is a query parameter in which SDKs name the operation.
const operationParameter = "x-id"

// streamed is the body tag of a member that is the body itself.
const streamed = "-"

// input finds the operation and fills its input from the request.
func (c *xmlCall) input() (any, error) {
	query, err := url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		return nil, Errorf("InvalidURI", "Couldn't parse the specified URI: %v", err)
	}
	delete(query, operationParameter)
	route, members, err := c.endpoint.route(c.request, query)
	if err != nil {
		return nil, err
	}
	c.operation = route.operation
	input := c.operation.input()
	tree := map[string]any{}
	for name, value := range members {
		tree[name] = value
	}
	if err := c.bindQuery(tree, input, route, query); err != nil {
		return nil, err
	}
	if err := c.bindHeaders(tree, input); err != nil {
		return nil, err
	}
	shaped, err := shape(tree, typeOf(input))
	if err != nil {
		return nil, err
	}
	return input, c.bindBody(shaped, input)
}

// tagged returns the fields of a struct that have a tag, by its value; names of
// headers are in lower case.
func tagged(t reflect.Type, tag string) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(t) {
		value, ok := field.Tag.Lookup(tag)
		if !ok {
			continue
		}
		if tag == "header" {
			value = strings.ToLower(value)
		}
		fields[value] = field
	}
	return fields
}

func (c *xmlCall) bindQuery(tree map[string]any, input any, route *xmlRoute, query url.Values) error {
	fields := tagged(typeOf(input), "query")
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) != 1 {
			return fmt.Errorf("parameter %s is given more than once", name)
		}
		if field, ok := fields[name]; ok {
			member, _ := memberName(field)
			tree[member] = query.Get(name)
			continue
		}
		if _, required := route.query[name]; !required {
			return notImplemented("parameter", name)
		}
	}
	return nil
}

func (c *xmlCall) bindHeaders(tree map[string]any, input any) error {
	one, many := tagged(typeOf(input), "header"), tagged(typeOf(input), "headers")
	for _, name := range slices.Sorted(maps.Keys(c.request.Header)) {
		values, name := c.request.Header[name], strings.ToLower(name)
		if field, ok := one[name]; ok {
			if len(values) != 1 {
				return fmt.Errorf("header %s is given more than once", name)
			}
			member, _ := memberName(field)
			tree[member] = values[0]
			continue
		}
		if !bindPrefixed(tree, many, name, values) && c.unknownHeader(name) {
			return notImplemented("header", name)
		}
	}
	return nil
}

// bindPrefixed puts a header into the map of the member that takes all with
// its prefix, if there is one.
func bindPrefixed(tree map[string]any, fields map[string]reflect.StructField, name string, values []string) bool {
	for prefix, field := range fields {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		member, _ := memberName(field)
		entries, _ := tree[member].(map[string]any)
		if entries == nil {
			entries = map[string]any{}
			tree[member] = entries
		}
		// A map as Query sends it: entries counted from 1.
		entries[fmt.Sprint(len(entries)+1)] = map[string]any{"key": rest, "value": strings.Join(values, ",")}
		return true
	}
	return false
}

func (c *xmlCall) unknownHeader(name string) bool {
	return strings.HasPrefix(name, "x-amz-") && !slices.Contains(signingHeaders, name) && !slices.Contains(c.endpoint.Headers, name)
}

// bindBody decodes the members from all places into the input.
func (c *xmlCall) bindBody(shaped any, input any) error {
	fields := tagged(typeOf(input), "body")
	if len(fields) == 0 {
		if err := c.refuseBody(); err != nil {
			return err
		}
		return decodeMembers(shaped, input)
	}
	body := c.body
	if c.endpoint.Body != nil {
		var err error
		if body, err = c.endpoint.Body(c.request, body); err != nil {
			return err
		}
	}
	if field, ok := fields[streamed]; ok {
		reflect.ValueOf(input).Elem().FieldByIndex(field.Index).Set(reflect.ValueOf(body))
		return decodeMembers(shaped, input)
	}
	for root, field := range fields {
		value, err := readXML(body, root, field.Type)
		if err != nil {
			return err
		}
		member, _ := memberName(field)
		shaped.(map[string]any)[member] = value
	}
	return decodeMembers(shaped, input)
}

func decodeMembers(shaped, input any) error {
	raw, err := json.Marshal(shaped)
	if err != nil {
		return err
	}
	return decodeJSON(raw, input)
}

// refuseBody refuses a body that an operation does not take.
func (c *xmlCall) refuseBody() error {
	if c.request.Body == nil || c.request.Body == http.NoBody {
		return nil
	}
	n, err := io.ReadFull(c.body, make([]byte, 1))
	if errors.Is(err, io.EOF) {
		return nil
	}
	if n == 0 {
		return err
	}
	return Errorf("UnexpectedContent", "This request contains unsupported content.")
}
