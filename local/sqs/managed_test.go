package sqs_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

const (
	allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}`
	allowOne = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`
)

// managed is an account with the functions that manage resources of one type.
type managed struct {
	account
	resource.Type
	kind string
}

func newManaged(t testing.TB, kind string) managed {
	t.Helper()
	service, door := start(t)
	return managed{account{t, door}, service.Resources()["AWS::SQS::"+kind], "AWS::SQS::" + kind}
}

func (m managed) create(properties string) resource.Definition {
	m.t.Helper()
	d := definition(m.kind, properties)
	d.PhysicalID = must[resource.Instance](m.t)(m.Create(m.t.Context(), d)).ID
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

func (m managed) attributes(url string) map[string]string {
	m.t.Helper()
	var out struct{ Attributes, Tags map[string]string }
	m.must("GetQueueAttributes", map[string]any{"QueueUrl": url, "AttributeNames": []string{"All"}}, &out)
	m.must("ListQueueTags", map[string]any{"QueueUrl": url}, &out)
	for key, value := range out.Tags {
		out.Attributes["tag:"+key] = value
	}
	return out.Attributes
}

func TestAQueueIsCreatedOnce(t *testing.T) {
	m := newManaged(t, "Queue")
	m.create(`{"QueueName":"q"}`)
	m.queue("called", nil)
	for _, properties := range []string{`{"QueueName":"q"}`, `{"QueueName":"called"}`} {
		_, err := m.Create(t.Context(), definition(m.kind, properties))
		if err == nil || !strings.Contains(err.Error(), "already exists") {
			t.Errorf("%s again: got %v, want that it already exists", properties, err)
		}
	}
	interrupted := definition(m.kind, `{"QueueName":"q","DelaySeconds":7}`)
	interrupted.Interrupted = true
	again := must[resource.Instance](t)(m.Create(t.Context(), interrupted))
	if got := m.attributes(again.ID)["DelaySeconds"]; got != "7" {
		t.Errorf("taken up after an interruption: DelaySeconds is %s, want 7", got)
	}
	first, replacement := m.create(`{}`), definition(m.kind, `{}`)
	replacement.Generation = 1
	second := must[resource.Instance](t)(m.Create(t.Context(), replacement))
	if first.PhysicalID == second.ID {
		t.Errorf("a queue and its replacement are both %s", second.ID)
	}
}

func TestQueueUpdates(t *testing.T) {
	m := newManaged(t, "Queue")
	m.queue("dead", nil)
	d := m.create(`{"QueueName":"q","Tags":[{"Key":"a","Value":"1"}]}`)
	m.must("SetQueueAttributes", map[string]any{"QueueUrl": d.PhysicalID, "Attributes": map[string]string{"Policy": allowAll}}, nil)
	m.send(d.PhysicalID, "kept")
	base := m.attributes(d.PhysicalID)
	for properties, want := range map[string]map[string]string{
		`{"QueueName":"q","DelaySeconds":7}`:                                      {"DelaySeconds": "7"},
		`{"QueueName":"q","MaximumMessageSize":2048}`:                             {"MaximumMessageSize": "2048"},
		`{"QueueName":"q","MessageRetentionPeriod":"600"}`:                        {"MessageRetentionPeriod": "600"},
		`{"QueueName":"q","ReceiveMessageWaitTimeSeconds":1}`:                     {"ReceiveMessageWaitTimeSeconds": "1"},
		`{"QueueName":"q","VisibilityTimeout":5}`:                                 {"VisibilityTimeout": "5"},
		`{"QueueName":"q","SqsManagedSseEnabled":false}`:                          {"SqsManagedSseEnabled": "false"},
		`{"QueueName":"q","RedrivePolicy":` + redrive("3")["RedrivePolicy"] + `}`: {"RedrivePolicy": redrive("3")["RedrivePolicy"]},
		`{"QueueName":"q","RedriveAllowPolicy":{"redrivePermission":"denyAll"}}`:  {"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`},
		`{"QueueName":"q","Tags":[{"Key":"b","Value":"2"}]}`:                      {"tag:b": "2"},
	} {
		changed, err := m.update(d, properties)
		if err != nil {
			t.Fatal(err)
		}
		wanted := maps.Clone(base)
		delete(wanted, "tag:a")
		maps.Copy(wanted, want)
		for _, again := range []string{"", " again"} {
			got := m.attributes(d.PhysicalID)
			wanted["LastModifiedTimestamp"] = got["LastModifiedTimestamp"]
			if !maps.Equal(got, wanted) {
				t.Errorf("updated to %s%s:\n got %v\nwant %v", properties, again, got, wanted)
			}
			if _, err := m.update(changed, properties); err != nil {
				t.Errorf("updated to %s again: %v", properties, err)
			}
		}
	}
	if _, err := m.update(d, string(d.Properties)); err != nil {
		t.Fatal(err)
	}
	got := m.attributes(d.PhysicalID)
	base["LastModifiedTimestamp"] = got["LastModifiedTimestamp"]
	if !maps.Equal(got, base) {
		t.Errorf("updated back:\n got %v\nwant %v", got, base)
	}
	m.wantBodies(d.PhysicalID, "kept")
}

func TestRefusedQueueUpdatesChangeNothing(t *testing.T) {
	m := newManaged(t, "Queue")
	d := m.create(`{"QueueName":"q","DelaySeconds":7,"Tags":[{"Key":"a","Value":"1"}]}`)
	want := m.attributes(d.PhysicalID)
	for properties, word := range map[string]string{
		`{"QueueName":"q","DelaySeconds":8,"VisibilityTimeout":99999}`:                              "VisibilityTimeout",
		`{"QueueName":"q","DelaySeconds":8,"RedrivePolicy":{"a":1}}`:                                "RedrivePolicy",
		`{"QueueName":"q","DelaySeconds":8,"RedrivePolicy":` + redrive("3")["RedrivePolicy"] + `}`:  "does not exist",
		`{"QueueName":"q","DelaySeconds":8,"FifoQueue":true}`:                                       "FifoQueue",
		`{"QueueName":"q","DelaySeconds":8,"Tags":[{"Key":"b","Value":""},{"Key":"b","Value":""}]}`: "twice",
		`{"QueueName":""}`: "QueueName",
	} {
		if _, err := m.update(d, properties); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v, want an error that names %s", properties, err, word)
		}
		if got := m.attributes(d.PhysicalID); !maps.Equal(got, want) {
			t.Errorf("refused %s:\n got %v\nwant %v", properties, got, want)
		}
	}
	if got := m.Immutable; !reflect.DeepEqual(got, []string{"FifoQueue", "QueueName"}) || m.Name != "QueueName" {
		t.Errorf("immutable are %v, the name is %s", got, m.Name)
	}
}

func TestMessagesInFlightSurviveAnUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManaged(t, "Queue")
		d := m.create(`{"QueueName":"q","VisibilityTimeout":60}`)
		m.send(d.PhysicalID, "x")
		taken := m.wantBodies(d.PhysicalID, "x")[0]
		d, err := m.update(d, `{"QueueName":"q","VisibilityTimeout":5}`)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(59 * time.Second)
		m.wantBodies(d.PhysicalID)
		m.must("DeleteMessage", map[string]any{"QueueUrl": d.PhysicalID, "ReceiptHandle": taken.ReceiptHandle}, nil)
		time.Sleep(time.Hour)
		m.wantBodies(d.PhysicalID)
	})
}

func TestQueueDeletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManaged(t, "Queue")
		d := m.create(`{"QueueName":"q"}`)
		polled := make(chan error, 2)
		for range 2 {
			go func() {
				polled <- m.call("ReceiveMessage", map[string]any{"QueueUrl": d.PhysicalID, "WaitTimeSeconds": 20}, nil)
			}()
		}
		synctest.Wait()
		began := time.Now()
		for range 2 { // one that is gone is no error
			if err := m.Delete(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if got := frontdoor.Code(<-polled); got != "QueueDoesNotExist" || time.Since(began) > 0 {
				t.Errorf("a long poll got %q after %v, want QueueDoesNotExist at once", got, time.Since(began))
			}
		}
		for _, operation := range []string{"GetQueueAttributes", "ReceiveMessage", "ListQueueTags", "PurgeQueue"} {
			if got := frontdoor.Code(m.call(operation, map[string]any{"QueueUrl": d.PhysicalID}, nil)); got != "QueueDoesNotExist" {
				t.Errorf("%s: code %q, want QueueDoesNotExist", operation, got)
			}
		}
		if _, err := m.update(d, `{"QueueName":"q"}`); err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("update of a deleted queue: got %v, want that it was not found", err)
		}
		if got := frontdoor.Code(m.call("CreateQueue", map[string]any{"QueueName": "q"}, nil)); got != "QueueDeletedRecently" {
			t.Errorf("CreateQueue: code %q, want QueueDeletedRecently", got)
		}
		m.create(`{"QueueName":"q"}`) // a stack may be deployed again at once
		m.wantBodies(d.PhysicalID)
	})
}

func TestDeadLettersStayWhenTheirQueueIsDeleted(t *testing.T) {
	m := newManaged(t, "Queue")
	dead := m.create(`{"QueueName":"dead"}`)
	d := m.create(`{"QueueName":"q","VisibilityTimeout":0,"RedrivePolicy":` + redrive("1")["RedrivePolicy"] + `}`)
	m.send(d.PhysicalID, "x")
	m.wantBodies(d.PhysicalID, "x")
	if err := m.Delete(t.Context(), dead); err != nil {
		t.Fatal(err)
	}
	m.wantBodies(d.PhysicalID, "x")
	if _, err := m.update(d, string(d.Properties)); err != nil {
		t.Errorf("an update that leaves the redrive policy: %v", err)
	}
}

func TestQueuePolicies(t *testing.T) {
	m := newManaged(t, "QueuePolicy")
	for _, name := range []string{"a", "b", "c"} {
		m.queue(name, nil)
	}
	properties := func(document string, names ...string) string {
		return `{"PolicyDocument":` + document + `,"Queues":["/` + doortest.Account + `/` +
			strings.Join(names, `","/`+doortest.Account+`/`) + `"]}`
	}
	want := func(policies ...string) {
		t.Helper()
		for i, name := range []string{"a", "b", "c"} {
			if got := m.attributes("/" + doortest.Account + "/" + name)["Policy"]; got != policies[i] {
				t.Errorf("the policy of %s is %q, want %q", name, got, policies[i])
			}
		}
	}
	first := m.create(properties(allowAll, "a", "b"))
	want(allowAll, allowAll, "")
	second, err := m.update(first, properties(allowOne, "b", "c"))
	if err != nil {
		t.Fatal(err)
	}
	want("", allowOne, allowOne)
	for _, refused := range []string{properties(allowAll, "a", "none"), properties(`{"Statement":{}}`, "a"), `{"PolicyDocument":{},"Queues":[]}`} {
		if _, err := m.update(second, refused); err == nil {
			t.Errorf("%s is accepted", refused)
		}
		want("", allowOne, allowOne)
	}
	if _, err := m.update(second, string(first.Properties)); err != nil {
		t.Fatal(err)
	}
	want(allowAll, allowAll, "")
	m.must("DeleteQueue", map[string]any{"QueueUrl": "/" + doortest.Account + "/b"}, nil)
	for range 2 {
		if err := m.Delete(t.Context(), first); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.attributes("/" + doortest.Account + "/a")["Policy"]; got != "" {
		t.Errorf("the policy of a is %q, want none", got)
	}
}
