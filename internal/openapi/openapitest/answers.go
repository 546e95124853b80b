package openapitest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// Answers are what the description says that handlers may answer. Answers of
// API Gateway, which are messages, come not from there.
type Answers struct {
	Description
	unseen map[string]bool // JSON pointers to media types
}

// Answers lists what may be answered to the operations, each as the key of its
// route: "GET /order/{id}".
func (d Description) Answers(t *testing.T, operations ...string) Answers {
	t.Helper()
	a := Answers{d, map[string]bool{}}
	for _, operation := range operations {
		responses := pointer(operation) + "/responses"
		for status := range d.At(t, responses).(map[string]any) {
			content := responses + "/" + status + "/content"
			for media, what := range d.At(t, content).(map[string]any) {
				ref, _ := what.(map[string]any)["schema"].(map[string]any)["$ref"].(string)
				if !strings.HasSuffix(ref, "/Message") {
					a.unseen[content+"/"+escape(media)] = true
				}
			}
		}
	}
	return a
}

// Saw fails the test if an answer to the operation is not described, or not as
// it is.
func (a Answers) Saw(t *testing.T, operation string, got events.APIGatewayV2HTTPResponse) {
	t.Helper()
	where := pointer(operation) + "/responses/" + strconv.Itoa(got.StatusCode)
	content := where + "/content/" + escape(got.Headers["Content-Type"])
	a.At(t, content+"/schema")
	if err := a.SchemaAt(t, a.resolved(t, content)+"/schema").Validate(Decode(t, got.Body)); err != nil {
		t.Errorf("%s answers %d %.200s: %v", operation, got.StatusCode, got.Body, err)
	}
	a.checkHeaders(t, where, got)
	delete(a.unseen, content)
}

// WantAllSeen fails the test for each answer that is described and was not
// seen.
func (a Answers) WantAllSeen(t *testing.T) {
	t.Helper()
	for _, answer := range slices.Sorted(maps.Keys(a.unseen)) {
		t.Errorf("the description has %s, which nothing here leads to", answer)
	}
}

// resolved is a pointer without references on the way to it.
func (a Answers) resolved(t *testing.T, pointer string) string {
	t.Helper()
	operation, rest, _ := strings.Cut(pointer, "/responses/")
	status, rest, _ := strings.Cut(rest, "/")
	written, _ := a.At(t, operation+"/responses").(map[string]any)[status].(map[string]any)
	if target, ok := written["$ref"].(string); ok {
		return strings.TrimPrefix(target, "#") + "/" + rest
	}
	return pointer
}

func (a Answers) checkHeaders(t *testing.T, where string, got events.APIGatewayV2HTTPResponse) {
	t.Helper()
	headers, _ := a.At(t, where).(map[string]any)["headers"].(map[string]any)
	for name := range headers {
		schema := a.SchemaAt(t, where+"/headers/"+name+"/schema")
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

// pointer is where the description has an operation.
func pointer(operation string) string {
	method, path, _ := strings.Cut(operation, " ")
	return "/paths/" + escape(path) + "/" + strings.ToLower(method)
}

// escape is a member's name as JSON pointers spell it.
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
