package openapi_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/money"
	"eda-demo/internal/openapi"
	"eda-demo/internal/openapi/openapitest"
)

func TestAnswer(t *testing.T) {
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	got := openapi.Answer()
	if got.StatusCode != 200 || got.Body != string(want) || got.IsBase64Encoded {
		t.Errorf("answered %d %.60q, want 200 and the file", got.StatusCode, got.Body)
	}
	described := openapitest.Read(t).Answers(t, openapi.Route)
	described.Saw(t, openapi.Route, got)
	described.WantAllSeen(t)
}

// Limits are numbers in the description and constants in the code.
func TestDescribedLimitsAreThoseOfTheCode(t *testing.T) {
	d := openapitest.Read(t)
	for pointer, want := range map[string]any{
		"/components/schemas/Amount/minimum":                                                  money.MinPrice,
		"/components/schemas/Amount/maximum":                                                  money.MaxPrice,
		"/components/schemas/Amount/multipleOf":                                               money.Amount(1),
		"/components/schemas/FieldProblem/properties/errors/maxItems":                         endpoint.MaxErrors,
		"/components/schemas/FieldProblem/properties/errors/items/properties/field/maxLength": endpoint.MaxName + len([]rune("…")),
	} {
		if got := fmt.Sprint(d.At(t, pointer)); got != fmt.Sprint(want) {
			t.Errorf("%s is %s, and in the code %v", pointer, got, want)
		}
	}
	for path, operations := range d.At(t, "/paths").(map[string]any) {
		for method, operation := range operations.(map[string]any) {
			body, _ := operation.(map[string]any)["requestBody"].(map[string]any)
			if body != nil && fmt.Sprint(body["x-max-bytes"]) != fmt.Sprint(endpoint.MaxBody) {
				t.Errorf("%s %s takes %v bytes, and in the code %d", method, path, body["x-max-bytes"], endpoint.MaxBody)
			}
		}
	}
}

func TestDescribedExamplesAreValid(t *testing.T) {
	d := openapitest.Read(t)
	found := 0
	var walk func(pointer string, value any)
	walk = func(pointer string, value any) {
		members, _ := value.(map[string]any)
		if example, ok := members["example"]; ok && members["schema"] != nil {
			found++
			if err := d.SchemaAt(t, pointer+"/schema").Validate(example); err != nil {
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
	walk("", openapitest.Decode(t, openapi.Document))
	if found < 10 {
		t.Errorf("%d examples are found, want 10 or more", found)
	}
}
