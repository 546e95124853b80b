package httpapi_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/order/httpapi"
)

// described asks for the description as an HTTP API does.
func (a api) described(t *testing.T) response {
	t.Helper()
	answer, err := a.get(context.Background(), request{RouteKey: httpapi.DescriptionRoute})
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

// broken is an API whose table fails.
func broken() api {
	a := newAPI()
	a.store.Fail(errors.New("out of order"))
	return a
}

// settled is an API with a final order 101.
func settled(t *testing.T) api {
	t.Helper()
	a := newAPI()
	a.post(t, `{"id":101,"amount":100}`)
	if err := a.service.Settle(context.Background(), 101, order.Completed, event.Metadata{}); err != nil {
		t.Fatalf("Settle: %v", err)
	}
	return a
}

const (
	placing = "/paths/~1order/post"
	getting = "/paths/~1order~1{id}/get"
	reading = "/paths/~1openapi.json/get"
)

// TestAnswersAreDescribed sends requests of every kind to the handlers, and
// looks each answer up in the description: it must be there, and say what the
// description says. What the description has, and no request leads to, is
// wrong as well; but answers of API Gateway, which are messages, come not from
// here.
func TestAnswersAreDescribed(t *testing.T) {
	d := describe(t)
	missing := d.documented(t)
	seen := func(operation string, got response) {
		t.Helper()
		delete(missing, d.check(t, operation, got))
	}
	a := settled(t)
	for _, body := range []string{
		`{"id":1,"amount":0.01}`, `{"id":101,"amount":100}`, `{"id":101,"amount":100.01}`,
		`{"id":9007199254740991,"amount":1000000000}`, strings.Repeat("x", endpoint.MaxBody+1),
		`{"` + strings.Repeat("n", 1000) + `":1}`,
	} {
		seen(placing, a.post(t, body))
		seen(placing, a.send(t, request{Body: body}))
	}
	for _, refusal := range httpapi.Refusals() {
		seen(placing, a.post(t, refusal.Body))
	}
	seen(placing, a.send(t, request{Body: "%%%", IsBase64Encoded: true}))
	seen(placing, broken().post(t, `{"id":1,"amount":1}`))
	for _, id := range []string{"101", "1", "102", "", "x", "-1", "0101", "9007199254740992", strings.Repeat("9", 5000), "१"} {
		seen(getting, a.order(t, id))
	}
	seen(getting, broken().order(t, "101"))
	seen(reading, a.described(t))
	seen(reading, broken().described(t))
	for _, answer := range slices.Sorted(maps.Keys(missing)) {
		t.Errorf("the description has %s, which nothing here leads to", answer)
	}
}

// documented lists the answers of the handlers as JSON pointers to their media
// types. A reading of the description can't fail.
func (d description) documented(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, operation := range []string{placing, getting, reading} {
		for status := range d.at(t, operation+"/responses").(map[string]any) {
			content := operation + "/responses/" + status + "/content"
			for media, what := range d.at(t, content).(map[string]any) {
				ref, _ := what.(map[string]any)["schema"].(map[string]any)["$ref"].(string)
				if strings.HasSuffix(ref, "/Message") {
					continue
				}
				found[content+"/"+strings.ReplaceAll(media, "/", "~1")] = true
			}
		}
	}
	return found
}

// check holds an answer against the description and returns where that has it.
func (d description) check(t *testing.T, operation string, got response) string {
	t.Helper()
	where := operation + "/responses/" + strconv.Itoa(got.StatusCode)
	content := where + "/content/" + strings.ReplaceAll(got.Headers["Content-Type"], "/", "~1")
	schema, _ := d.at(t, content+"/schema").(map[string]any)
	if schema == nil {
		t.Fatalf("%s has no schema", content)
	}
	compiled := d.compile(t, d.resolved(t, content)+"/schema")
	if err := compiled.Validate(decoded(t, got.Body)); err != nil {
		t.Errorf("%s answers %d %.200s: %v", operation, got.StatusCode, got.Body, err)
	}
	d.checkHeaders(t, where, got)
	return content
}

// resolved is a pointer without references on the way to it.
func (d description) resolved(t *testing.T, pointer string) string {
	t.Helper()
	operation, rest, _ := strings.Cut(pointer, "/responses/")
	status, rest, _ := strings.Cut(rest, "/")
	written, _ := d.at(t, operation+"/responses").(map[string]any)[status].(map[string]any)
	if target, ok := written["$ref"].(string); ok {
		return strings.TrimPrefix(target, "#") + "/" + rest
	}
	return pointer
}

func (d description) checkHeaders(t *testing.T, where string, got response) {
	t.Helper()
	headers, _ := d.at(t, where).(map[string]any)["headers"].(map[string]any)
	for name := range headers {
		schema := d.compile(t, where+"/headers/"+name+"/schema")
		if err := schema.Validate(got.Headers[name]); err != nil {
			t.Errorf("%s has the header %s %q: %v", where, name, got.Headers[name], err)
		}
	}
	for name := range got.Headers {
		if name != "Content-Type" && headers[name] == nil {
			t.Errorf("%s has the header %s, which is not described", where, name)
		}
	}
}
