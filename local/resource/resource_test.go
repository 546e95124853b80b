package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type queueProperties struct {
	QueueName string
	Delay     Int `json:"DelaySeconds"`
	Fifo      Bool
	Redrive   struct{ Target string }
	Tags      []Tag
	Policy    json.RawMessage
}

func TestDecode(t *testing.T) {
	tests := []struct{ name, properties, want string }{
		{"none", ``, ""},
		{"all", `{"QueueName":"q","DelaySeconds":"5","Fifo":true,"Redrive":{"Target":"t"},"Tags":[{"Key":"a","Value":"b"}],"Policy":{"x":1}}`, ""},
		{"unknown", `{"Queuename":"q"}`, "read properties: member Queuename is not supported"},
		{"unknown below", `{"Redrive":{"target":"t"}}`, "read properties: member Redrive.target is not supported"},
		{"unknown in a list", `{"Tags":[{"Key":"a","Value":"b"},{"Name":"a"}]}`, "read properties: member Tags[1].Name is not supported"},
		{"Go's name of a tagged field", `{"Delay":5}`, "read properties: member Delay is not supported"},
		{"other shape", `{"QueueName":["q"]}`, "read properties: member QueueName: array is given where a string is expected"},
		{"no object", `"x"`, "read properties: the value: string is given where an object is expected"},
		{"fraction", `{"DelaySeconds":1.5}`, "read properties: member DelaySeconds: 1.5 is given where a whole number is expected"},
		{"no boolean", `{"Fifo":"yes"}`, `read properties: member Fifo: "yes" is given where a boolean is expected`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := Definition{Properties: json.RawMessage(test.properties)}.Decode(new(queueProperties))
			if got := text(err); got != test.want {
				t.Errorf("Decode(%s)\n got %q\nwant %q", test.properties, got, test.want)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestScalars(t *testing.T) {
	type pair struct {
		I Int
		B Bool
	}
	tests := []struct {
		text string
		want pair
		fail bool
	}{
		{`{"I":5,"B":true}`, pair{5, true}, false},
		{`{"I":"5","B":"true"}`, pair{5, true}, false},
		{`{"I":"-5","B":"false"}`, pair{-5, false}, false},
		{`{"I":9223372036854775807}`, pair{1<<63 - 1, false}, false},
		{`{"I":9223372036854775808}`, pair{}, true},
		{`{"I":1e3}`, pair{}, true},
		{`{"I":""}`, pair{}, true},
		{`{"I":true}`, pair{}, true},
		{`{"I":null}`, pair{}, true},
		{`{"B":1}`, pair{}, true},
		{`{"B":"True"}`, pair{}, true},
		{`{"B":null}`, pair{}, true},
	}
	for _, test := range tests {
		var got pair
		err := json.Unmarshal([]byte(test.text), &got)
		if (err != nil) != test.fail || !test.fail && got != test.want {
			t.Errorf("%s: got %+v, error %v; want %+v, failure %v", test.text, got, err, test.want, test.fail)
		}
	}
}

func TestName(t *testing.T) {
	stack := Stack{Name: "EdaDemo", ID: "arn:aws:cloudformation:us-east-1:000000000000:stack/EdaDemo/1"}
	name := Definition{LogicalID: "Queue4A7E3555", Stack: stack}.Name(80)
	if want := "EdaDemo-Queue4A7E3555-"; !strings.HasPrefix(name, want) || len(name) != len(want)+12 {
		t.Errorf("got %q, want %q and 12 characters", name, want)
	}
	if again := (Definition{LogicalID: "Queue4A7E3555", Stack: stack}).Name(80); again != name {
		t.Errorf("the same resource is named %q and %q", name, again)
	}
	if other := (Definition{LogicalID: "Queue4A7E3556", Stack: stack}).Name(30); other[18:] == name[len(name)-12:] {
		t.Errorf("two resources are both named %q", other)
	}
	for limit := range 100 {
		if got := (Definition{LogicalID: "Queue4A7E3555", Stack: stack}).Name(limit); len(got) > limit {
			t.Errorf("limit %d: got %q of %d characters", limit, got, len(got))
		}
	}
}

func TestARN(t *testing.T) {
	stack := Stack{Account: "000000000000", Region: "us-east-1", Partition: "aws"}
	if got, want := stack.ARN("sqs", "q"), "arn:aws:sqs:us-east-1:000000000000:q"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRegistry(t *testing.T) {
	create := func(_ context.Context, d Definition) (Instance, error) {
		return Instance{ID: d.LogicalID}, nil
	}
	registry := Registry{}
	registry.Add(map[string]Type{"AWS::SQS::Queue": {Create: create}})
	registry.Add(map[string]Type{"AWS::SNS::Topic": {Create: create}})
	got, err := registry["AWS::SNS::Topic"].Create(t.Context(), Definition{LogicalID: "T"})
	if want := (Instance{ID: "T"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	defer func() {
		if got, want := fmt.Sprint(recover()), "resource: type AWS::SQS::Queue registered twice"; got != want {
			t.Errorf("a type added again: got panic %q, want %q", got, want)
		}
	}()
	registry.Add(map[string]Type{"AWS::SQS::Queue": {Create: create}})
}

func TestSchema(t *testing.T) {
	schema := Schema{Required: []string{"Role"}, NotEmpty: []string{"Name", "Timeout"}}
	tests := []struct{ properties, want string }{
		{`{"Role":"r"}`, ""},
		{`{"Role":"","Name":"n","Timeout":1}`, ""},
		{``, "required property Role is missing"},
		{`{}`, "required property Role is missing"},
		{`{"Role":"r","Name":""}`, `property Name: "" is less than 1 or has no characters`},
		{`{"Role":"r","Timeout":0}`, `property Timeout: 0 is less than 1 or has no characters`},
		{`{"Role":"r","Timeout":"0"}`, `property Timeout: "0" is less than 1 or has no characters`},
	}
	for _, test := range tests {
		called := 0
		kind := schema.Type(func(context.Context, Definition) (Instance, error) {
			called++
			return Instance{}, nil
		}, func(context.Context, Definition, Definition) (Instance, error) {
			called++
			return Instance{}, nil
		}, nil)
		definition := Definition{Properties: json.RawMessage(test.properties)}
		_, err := kind.Create(t.Context(), definition)
		if _, again := kind.Update(t.Context(), Definition{}, definition); text(again) != text(err) {
			t.Errorf("%s: Create says %v, Update %v", test.properties, err, again)
		}
		want := 2
		if test.want != "" {
			want = 0
		}
		if text(err) != test.want || called != want {
			t.Errorf("%s: got error %q, %d calls; want %q, %d", test.properties, text(err), called, test.want, want)
		}
	}
	if schema.Type(nil, nil, nil).Update != nil {
		t.Error("a type without update has one")
	}
}

func TestReplacing(t *testing.T) {
	schema := Schema{Name: "Name", Immutable: []string{"Name", "Key"}}
	tests := []struct {
		previous, next string
		want           []string
	}{
		{`{"Name":"a","Key":[1,{"b":1.0}],"Other":1}`, `{"Key":[1,{"b":1.0}],"Other":2,"Name":"a"}`, nil},
		{`{"Name":"a"}`, `{"Name":"b"}`, []string{"Name"}},
		{`{"Name":"a","Key":1}`, `{}`, []string{"Key", "Name"}},
		{``, `{"Key":[]}`, []string{"Key"}},
	}
	for _, test := range tests {
		got, err := schema.Replacing(json.RawMessage(test.previous), json.RawMessage(test.next))
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s to %s: got %v, %v; want %v", test.previous, test.next, got, err, test.want)
		}
	}
}

func TestKey(t *testing.T) {
	d := Definition{LogicalID: "Q", Stack: Stack{Name: "S", ID: "arn:s"}}
	first := d.Name(80)
	d.Generation = 1
	if second := d.Name(80); second == first {
		t.Errorf("the resource and its replacement are both named %s", first)
	}
}
