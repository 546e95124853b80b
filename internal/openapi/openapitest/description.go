// Package openapitest holds handlers against the description of the API.
package openapitest

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eda-demo/internal/openapi"
)

// Description is the description of the API. What it is asked for and does not
// have ends the test.
type Description struct {
	document any
	compiler *jsonschema.Compiler
}

const location = "openapi.json"

// Read reads the description.
func Read(t *testing.T) Description {
	t.Helper()
	d := Description{document: Decode(t, openapi.Document), compiler: jsonschema.NewCompiler()}
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(location, d.document); err != nil {
		t.Fatalf("read the description: %v", err)
	}
	return d
}

// At returns what is at a JSON pointer; references on the way are followed.
// Numbers are of the type json.Number.
func (d Description) At(t *testing.T, pointer string) any {
	t.Helper()
	value := d.document
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		members, ok := value.(map[string]any)
		if !ok || members[step] == nil {
			t.Fatalf("the description has nothing at %s", pointer)
		}
		value = members[step]
		reference, _ := value.(map[string]any)
		if target, ok := reference["$ref"].(string); ok {
			value = d.At(t, strings.TrimPrefix(target, "#"))
		}
	}
	return value
}

// Schema compiles the schema of the components with the name. It says for
// values as Decode makes them whether they are valid.
func (d Description) Schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	return d.SchemaAt(t, "/components/schemas/"+name)
}

// SchemaAt compiles the schema at a JSON pointer.
func (d Description) SchemaAt(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	schema, err := d.compiler.Compile(location + "#" + pointer)
	if err != nil {
		t.Fatalf("compile the schema at %s: %v", pointer, err)
	}
	return schema
}

// Decode reads JSON for Schema.
func Decode(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("decode %.60s: %v", text, err)
	}
	return value
}
