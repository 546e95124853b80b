package httpapi_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
	"eda-demo/internal/order/httpapi"
)

// description is the OpenAPI description of the API.
type description struct {
	document any
	compiler *jsonschema.Compiler
}

func describe(t *testing.T) description {
	t.Helper()
	file, err := os.Open(httpapi.Description)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d := description{compiler: jsonschema.NewCompiler()}
	if d.document, err = jsonschema.UnmarshalJSON(file); err != nil {
		t.Fatalf("read the description: %v", err)
	}
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(httpapi.Description, d.document); err != nil {
		t.Fatalf("read the description: %v", err)
	}
	return d
}

// at returns what is at a JSON pointer; references on the way are followed.
func (d description) at(t *testing.T, pointer string) any {
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
			value = d.at(t, strings.TrimPrefix(target, "#"))
		}
	}
	return value
}

// schema compiles a schema of the components.
func (d description) schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	return d.compile(t, "/components/schemas/"+name)
}

func (d description) compile(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	schema, err := d.compiler.Compile(httpapi.Description + "#" + pointer)
	if err != nil {
		t.Fatalf("compile the schema at %s: %v", pointer, err)
	}
	return schema
}

func TestDescriptionIsServed(t *testing.T) {
	want, err := os.ReadFile(httpapi.Description)
	if err != nil {
		t.Fatal(err)
	}
	got := newAPI().described(t)
	if got.StatusCode != 200 || got.Body != string(want) || got.IsBase64Encoded {
		t.Errorf("answered %d %.60q, want 200 and the file", got.StatusCode, got.Body)
	}
}

// Limits are numbers in the description and constants in the code.
func TestDescribedLimitsAreThoseOfTheCode(t *testing.T) {
	d := describe(t)
	for pointer, want := range map[string]any{
		"/paths/~1order/post/requestBody/x-max-bytes":                                         endpoint.MaxBody,
		"/components/schemas/OrderId/minimum":                                                 1,
		"/components/schemas/OrderId/maximum":                                                 order.MaxID,
		"/components/schemas/Amount/minimum":                                                  money.MinPrice,
		"/components/schemas/Amount/maximum":                                                  money.MaxPrice,
		"/components/schemas/Amount/multipleOf":                                               money.Amount(1),
		"/components/schemas/FieldProblem/properties/errors/maxItems":                         endpoint.MaxErrors,
		"/components/schemas/FieldProblem/properties/errors/items/properties/field/maxLength": endpoint.MaxName + len([]rune("…")),
	} {
		if got := fmt.Sprint(d.at(t, pointer)); got != fmt.Sprint(want) {
			t.Errorf("%s is %s, and in the code %v", pointer, got, want)
		}
	}
	var statuses []any
	for _, status := range []order.Status{order.Created, order.Completed, order.Cancelled} {
		statuses = append(statuses, string(status))
	}
	if got := d.at(t, "/components/schemas/Status/enum"); !slices.Equal(got.([]any), statuses) {
		t.Errorf("the statuses are %v, and in the code %v", got, statuses)
	}
}

// The schema of an order to be placed and the code that reads one are written
// separately. What JSON Schema can't say is left out: that a field is given
// twice, and what is no JSON.
func TestDescribedPlacementIsWhatIsTaken(t *testing.T) {
	schema := describe(t).schema(t, "Placement")
	for _, body := range []string{
		`{"id":101,"amount":100}`, `{"id":1.01e2,"amount":100.0}`, `{"id":9007199254740991,"amount":1000000000}`, `{"id":1,"amount":0.01}`,
	} {
		if err := schema.Validate(decoded(t, body)); err != nil {
			t.Errorf("the description has no order %s: %v", body, err)
		}
		want(t, newAPI().post(t, body), 202, "")
	}
	compared := 0
	for _, refusal := range httpapi.Refusals() {
		if !json.Valid([]byte(refusal.Body)) || strings.Contains(refusal.Want, "more than once") || strings.Contains(refusal.Body, "99999999999") {
			continue // numbers of that size are more than the validator takes
		}
		compared++
		if schema.Validate(decoded(t, refusal.Body)) == nil {
			t.Errorf("the description takes %.80s, which is refused: %s", refusal.Body, refusal.Want)
		}
	}
	if compared < 10 {
		t.Errorf("%d refusals are compared, want 10 or more", compared)
	}
}

func TestDescribedExamplesAreValid(t *testing.T) {
	d := describe(t)
	found := 0
	var walk func(pointer string, value any)
	walk = func(pointer string, value any) {
		members, _ := value.(map[string]any)
		if example, ok := members["example"]; ok && members["schema"] != nil {
			found++
			if err := d.compile(t, pointer+"/schema").Validate(example); err != nil {
				t.Errorf("the example at %s: %v", pointer, err)
			}
		}
		for name, member := range members {
			walk(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), member)
		}
		if list, ok := value.([]any); ok {
			for i, element := range list {
				walk(fmt.Sprintf("%s/%d", pointer, i), element)
			}
		}
	}
	walk("", d.document)
	if found < 10 {
		t.Errorf("%d examples are found, want 10 or more", found)
	}
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("decode %.60s: %v", text, err)
	}
	return value
}
