package docs

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eda-demo/test/sources"
	"eda-demo/test/system"
)

// TestAnswersOfAPIGatewayAreDescribed holds the answers that the handlers have
// no part in against the description of the API: those to a stranger, and to
// too many requests. (The handlers' are tested beside them.)
func TestAnswersOfAPIGatewayAreDescribed(t *testing.T) {
	t.Parallel() // it has a runner of its own
	if testing.Short() {
		t.Skip("compiles and starts the runner")
	}
	if err := sources.Watch("../.."); err != nil {
		t.Fatal(err)
	}
	_, outputs := startRunner(t, "-context", "auth=iam", "-context", "throttleRate=1", "-context", "throttleBurst=1")
	for _, operation := range operations(t) {
		var seen []string
		for range 50 {
			seen = append(seen, answered(t, outputs["ApiEndpoint"], operation))
			if slices.Contains(seen, "403 Forbidden") && slices.Contains(seen, "429 Too Many Requests") {
				break
			}
		}
		for _, want := range []string{"403 Forbidden", "429 Too Many Requests"} {
			if !slices.Contains(seen, want) {
				t.Errorf("%s answers %q, want %s among that", operation, seen, want)
			}
		}
		for _, status := range []string{"403", "429"} {
			if media := described(t, operation, status); !slices.Equal(media, []string{"application/json"}) {
				t.Errorf("%s answers %s in %v by its description, want application/json", operation, status, media)
			}
		}
	}
}

// answered sends a request and returns the status with the message.
func answered(t *testing.T, api, operation string) string {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	request, err := http.NewRequestWithContext(t.Context(), method, api+strings.Replace(path, "{id}", "101", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body struct{ Message string }
	raw, err := io.ReadAll(response.Body)
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	if err != nil || response.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s answers %s %q, which is no message: %v", operation, response.Header.Get("Content-Type"), raw, err)
	}
	return fmt.Sprint(response.StatusCode, " ", body.Message)
}

// operations are those of the description, such as "GET /order/{id}".
func operations(t *testing.T) []string {
	t.Helper()
	var found []string
	for path, methods := range description(t).Paths {
		for method := range methods {
			found = append(found, strings.ToUpper(method)+" "+path)
		}
	}
	return found
}

// apiDescription is what is read here of the description of the API.
type apiDescription struct {
	Paths map[string]map[string]struct {
		Responses map[string]answer
	}
	Components struct{ Responses map[string]answer }
}

type answer struct {
	Ref     string `json:"$ref"`
	Content map[string]any
}

func description(t *testing.T) (d apiDescription) {
	t.Helper()
	file := "../../internal/openapi/openapi.json"
	if err := json.Unmarshal([]byte(read(t, file)), &d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return d
}

// described are the media types that the description has for an answer.
func described(t *testing.T, operation, status string) []string {
	t.Helper()
	d := description(t)
	method, path, _ := strings.Cut(operation, " ")
	found := d.Paths[path][strings.ToLower(method)].Responses[status]
	if found.Ref != "" {
		found = d.Components.Responses[filepath.Base(found.Ref)]
	}
	var media []string
	for name := range found.Content {
		media = append(media, name)
	}
	return media
}

// startRunner starts the runner, to be stopped with the test, and returns the
// stack's outputs.
func startRunner(t *testing.T, flags ...string) (*system.Runner, map[string]string) {
	t.Helper()
	dir := t.TempDir()
	program, err := system.BuildRunner(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	runner, err := system.StartRunner(program, filepath.Join(dir, "out.json"), flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Stop)
	outputs, err := system.ReadOutputs(runner.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	return runner, outputs
}
