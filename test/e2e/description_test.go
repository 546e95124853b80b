package e2e

import (
	"os"
	"testing"
)

func TestDescriptionIsServed(t *testing.T) {
	want, err := os.ReadFile("../../internal/openapi/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	got := get(t, "/openapi.json")
	if got.status != 200 || got.body != string(want) || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("answered %d %s %.60q, want 200 and the description", got.status, got.header.Get("Content-Type"), got.body)
	}
}
