package logs_test

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/logs"
	"eda-demo/local/resource"
)

// managed is CloudWatch Logs with the functions that manage resources of one
// type.
type managed struct {
	t    testing.TB
	door *frontdoor.Door
	resource.Type
	kind string
}

func newManaged(t testing.TB, kind string) managed {
	t.Helper()
	service, door := start(t)
	return managed{t, door, service.Resources()["AWS::Logs::"+kind], "AWS::Logs::" + kind}
}

func (m managed) defined(properties string) resource.Definition {
	d := definition(properties)
	d.Type = m.kind
	return d
}

func (m managed) create(properties string) resource.Definition {
	m.t.Helper()
	d := m.defined(properties)
	instance, err := m.Create(m.t.Context(), d)
	check(m.t, err)
	d.PhysicalID = instance.ID
	return d
}

// update updates a resource, and returns it as it is then defined.
func (m managed) update(d resource.Definition, properties string) (resource.Definition, error) {
	m.t.Helper()
	next := d
	next.Properties = []byte(properties)
	instance, err := m.Update(m.t.Context(), d, next)
	if err == nil && instance.ID != d.PhysicalID {
		m.t.Errorf("updated to %s: the id is %s, want %s", properties, instance.ID, d.PhysicalID)
	}
	return next, err
}

func (m managed) remove(d resource.Definition) {
	m.t.Helper()
	for range 2 { // one that is gone is no error
		check(m.t, m.Delete(m.t.Context(), d))
	}
}

func (m managed) wantExists(name string) {
	m.t.Helper()
	want := "Resource of type '" + m.kind + "' with identifier '" + name + "' already exists."
	_, err := m.Create(m.t.Context(), m.defined(strings.ReplaceAll(m.properties(), "NAME", name)))
	if err == nil || !strings.Contains(err.Error(), want) {
		m.t.Errorf("%s again: got %v, want %s", name, err, want)
	}
}

// properties are those of a resource called NAME.
func (m managed) properties() string {
	if m.kind == "AWS::Logs::LogGroup" {
		return `{"LogGroupName":"NAME"}`
	}
	return `{"PolicyName":"NAME","PolicyDocument":` + strconv.Quote(policyDocument) + `}`
}

// seen is what clients see of the group g and of all policies.
func (m managed) seen() string {
	m.t.Helper()
	var text []string
	for operation, in := range map[string]map[string]any{
		"DescribeLogGroups": {}, "ListTagsForResource": {"resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:g"},
	} {
		var out map[string]any
		call(m.t, m.door, operation, in, &out)
		text = append(text, operation+fmt.Sprint(out))
	}
	if strings.HasPrefix(text[0], "L") {
		text[0], text[1] = text[1], text[0]
	}
	return strings.Join(text, " ")
}

func (m managed) codeOf(operation string, in map[string]any) string {
	return frontdoor.Code(m.door.Call(m.t.Context(), iam.Admin(doortest.Account), "logs", operation, in, nil))
}

func TestAGroupThatExistsIsNotCreated(t *testing.T) {
	m := newManaged(t, "LogGroup")
	m.create(`{"LogGroupName":"g"}`)
	call(t, m.door, "CreateLogGroup", map[string]any{"logGroupName": "/aws/lambda/f"}, nil) // as Lambda does
	m.wantExists("g")
	m.wantExists("/aws/lambda/f")
	interrupted := m.defined(`{"LogGroupName":"g"}`)
	interrupted.Interrupted = true
	_, err := m.Create(t.Context(), interrupted)
	check(t, err)
	if got, want := m.Immutable, []string{"LogGroupClass", "LogGroupName"}; !reflect.DeepEqual(got, want) {
		t.Errorf("immutable are %v, want %v", got, want)
	}
}

func TestGroupUpdates(t *testing.T) {
	m := newManaged(t, "LogGroup")
	d := m.create(`{"LogGroupName":"g","Tags":[{"Key":"a","Value":"1"}]}`)
	call(t, m.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	write(t, m.door, "kept")
	base := m.seen()
	for properties, want := range map[string]string{
		`{"LogGroupName":"g","RetentionInDays":7}`:              "retentionInDays:7",
		`{"LogGroupName":"g","DeletionProtectionEnabled":true}`: "deletionProtectionEnabled:true",
		`{"LogGroupName":"g","Tags":[{"Key":"b","Value":"2"}]}`: "tags:map[b:2]",
	} {
		for range 2 {
			if _, err := m.update(d, properties); err != nil {
				t.Fatal(err)
			}
			if got := m.seen(); !strings.Contains(got, want) || strings.Contains(got, "a:1") {
				t.Errorf("updated to %s: got %s, want %s and no tag a", properties, got, want)
			}
		}
		if _, err := m.update(d, string(d.Properties)); err != nil {
			t.Fatal(err)
		}
		if got := m.seen(); got != base {
			t.Errorf("updated to %s and back:\n got %s\nwant %s", properties, got, base)
		}
	}
	for properties, word := range map[string]string{
		`{"LogGroupName":"g","DeletionProtectionEnabled":true,"RetentionInDays":2}`:          "retentionInDays",
		`{"LogGroupName":"g","DeletionProtectionEnabled":true,"KmsKeyId":"k"}`:               "KmsKeyId",
		`{"LogGroupName":"g","DeletionProtectionEnabled":true,"Tags":[{"Key":"aws:x"}]}`:     "reserved",
		`{"LogGroupName":"g","DeletionProtectionEnabled":true,"LogGroupClass":"DELIVERY"}`:   "class",
		`{"LogGroupName":"g","DeletionProtectionEnabled":true,"ResourcePolicyDocument":"x"}`: "ResourcePolicyDocument",
	} {
		if _, err := m.update(d, properties); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v, want an error that names %s", properties, err, word)
		}
		if got := m.seen(); got != base {
			t.Errorf("refused %s:\n got %s\nwant %s", properties, got, base)
		}
	}
	wantMessages(t, messagesIn(t, m.door), "kept")
}

func TestAProtectedGroupIsNotDeleted(t *testing.T) {
	m := newManaged(t, "LogGroup")
	d := m.create(`{"LogGroupName":"g","DeletionProtectionEnabled":true}`)
	const want = "ValidationException: Cannot delete log group with deletion protection enabled. Disable deletion protection first."
	if err := m.Delete(t.Context(), d); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := m.codeOf("DeleteLogGroup", map[string]any{"logGroupName": "g"}); got != "ValidationException" {
		t.Errorf("DeleteLogGroup: code %q, want ValidationException", got)
	}
	call(t, m.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	d, err := m.update(d, `{"LogGroupName":"g"}`)
	check(t, err)
	m.remove(d)
}

func TestGroupDeletion(t *testing.T) {
	m := newManaged(t, "LogGroup")
	d := m.create(`{"LogGroupName":"g"}`)
	call(t, m.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	write(t, m.door, "x")
	m.remove(d)
	stream := map[string]any{"logGroupName": "g", "logStreamName": "s"}
	for operation, in := range map[string]map[string]any{
		"FilterLogEvents": {"logGroupName": "g"}, "DescribeLogStreams": {"logGroupName": "g"}, "GetLogEvents": stream, "CreateLogStream": stream,
		"PutLogEvents":       {"logGroupName": "g", "logStreamName": "s", "logEvents": []map[string]any{{"timestamp": 1, "message": "x"}}},
		"PutRetentionPolicy": {"logGroupName": "g", "retentionInDays": 1}, "DeleteLogGroup": {"logGroupName": "g"},
	} {
		if got := m.codeOf(operation, in); got != "ResourceNotFoundException" {
			t.Errorf("%s: code %q, want ResourceNotFoundException", operation, got)
		}
	}
	if _, err := m.update(d, `{"LogGroupName":"g"}`); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("update of a deleted group: got %v, want that it was not found", err)
	}
	m.create(`{"LogGroupName":"g"}`)
	call(t, m.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	wantMessages(t, messagesIn(t, m.door), "")
}

func TestResourcePolicies(t *testing.T) {
	m := newManaged(t, "ResourcePolicy")
	policies := func() string {
		var out struct {
			ResourcePolicies []struct{ PolicyName, PolicyDocument string }
		}
		call(t, m.door, "DescribeResourcePolicies", map[string]any{}, &out)
		return fmt.Sprint(out.ResourcePolicies)
	}
	want := func(document string) {
		t.Helper()
		want := "[]"
		if document != "" {
			want = "[{p " + document + "}]"
		}
		if got := policies(); got != want {
			t.Errorf("policies %s, want %s", got, want)
		}
	}
	properties := func(document string) string {
		return `{"PolicyName":"p","PolicyDocument":` + strconv.Quote(document) + `}`
	}
	other := strings.ReplaceAll(policyDocument, "events", "delivery.logs")
	d := m.create(properties(policyDocument))
	m.wantExists("p")
	interrupted := m.defined(properties(policyDocument))
	interrupted.Interrupted = true
	_, err := m.Create(t.Context(), interrupted)
	check(t, err)
	changed, err := m.update(d, properties(other))
	check(t, err)
	want(other)
	for _, refused := range []string{properties(`{}x`), `{"PolicyName":"p"}`, `{"PolicyName":"p","PolicyDocument":{}}`, properties(strings.Repeat(" ", 6000))} {
		if _, err := m.update(changed, refused); err == nil {
			t.Errorf("%s is accepted", refused)
		}
		want(other)
	}
	_, err = m.update(changed, string(d.Properties))
	check(t, err)
	want(policyDocument)
	m.remove(d)
	want("")
	if got := m.codeOf("DeleteResourcePolicy", map[string]any{"policyName": "p"}); got != "ResourceNotFoundException" {
		t.Errorf("DeleteResourcePolicy: code %q, want ResourceNotFoundException", got)
	}
	if _, err := m.update(d, properties(other)); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("update of a deleted policy: got %v, want that it was not found", err)
	}
	call(t, m.door, "PutResourcePolicy", map[string]any{"policyName": "p", "policyDocument": policyDocument}, nil)
	m.wantExists("p")
}
