package httpapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/openapi"
	"eda-demo/internal/openapi/openapitest"
	"eda-demo/internal/order"
	"eda-demo/internal/order/httpapi"
)

func TestDescriptionIsServed(t *testing.T) {
	if got := newAPI().described(t); got.StatusCode != 200 || got.Body != openapi.Document {
		t.Errorf("answered %d %.60q, want 200 and the description", got.StatusCode, got.Body)
	}
}

// Limits are numbers in the description and constants in the code.
func TestDescribedLimitsAreThoseOfTheCode(t *testing.T) {
	d := openapitest.Read(t)
	for bound, want := range map[string]order.ID{"minimum": 1, "maximum": order.MaxID} {
		if got := d.At(t, "/components/schemas/OrderId/"+bound); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the %s of ids is %v, and in the code %d", bound, got, want)
		}
	}
	var statuses []any
	for _, status := range []order.Status{order.Created, order.Completed, order.Cancelled} {
		statuses = append(statuses, string(status))
	}
	if got := d.At(t, "/components/schemas/OrderStatus/enum"); !slices.Equal(got.([]any), statuses) {
		t.Errorf("the statuses are %v, and in the code %v", got, statuses)
	}
}

// The schema of an order to be placed and the code that reads one are written
// separately. What JSON Schema can't say is left out: that a field is given
// twice.
func TestDescribedPlacementIsWhatIsTaken(t *testing.T) {
	schema := openapitest.Read(t).Schema(t, "OrderPlacement")
	for _, body := range []string{
		`{"id":101,"amount":100}`, `{"id":1.01e2,"amount":100.0}`, `{"id":9007199254740991,"amount":1000000000}`, `{"id":1,"amount":0.01}`,
	} {
		if err := schema.Validate(openapitest.Decode(t, body)); err != nil {
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
		if schema.Validate(openapitest.Decode(t, refusal.Body)) == nil {
			t.Errorf("the description takes %.80s, which is refused: %s", refusal.Body, refusal.Want)
		}
	}
	if compared < 10 {
		t.Errorf("%d refusals are compared, want 10 or more", compared)
	}
}
