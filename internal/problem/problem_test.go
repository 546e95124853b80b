package problem_test

import (
	"testing"

	"eda-demo/internal/problem"
)

func TestResponse(t *testing.T) {
	tests := []struct {
		name    string
		problem problem.Details
		status  int
		body    string
	}{
		{"plain", problem.New(404, "There is no such order."), 404,
			`{"title":"Not Found","status":404,"detail":"There is no such order."}`},
		{"fields", problem.BadRequest(problem.Field{Field: "id", Detail: "is missing"}, problem.Field{Field: "amount", Detail: "must be a number"}), 400,
			`{"title":"Bad Request","status":400,"detail":"id is missing; amount must be a number",` +
				`"errors":[{"field":"id","detail":"is missing"},{"field":"amount","detail":"must be a number"}]}`},
	}
	for _, tt := range tests {
		got := tt.problem.Response()
		if got.StatusCode != tt.status || got.Body != tt.body || got.IsBase64Encoded {
			t.Errorf("%s: %d %s, want %d %s", tt.name, got.StatusCode, got.Body, tt.status, tt.body)
		}
		if media := got.Headers["Content-Type"]; media != "application/problem+json" {
			t.Errorf("%s: the media type is %q, want application/problem+json", tt.name, media)
		}
	}
}
