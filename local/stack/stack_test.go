package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"eda-demo/local/resource"
	"eda-demo/local/template"
)

var identity = resource.Stack{
	Name: "Test", ID: "arn:aws:cloudformation:us-east-1:000000000000:stack/Test/1",
	Account: "000000000000", Region: "us-east-1", Partition: "aws",
}

// recorder creates queues and records their definitions.
type recorder struct{ definitions []resource.Definition }

func (r *recorder) Create(_ context.Context, d resource.Definition) (resource.Instance, error) {
	r.definitions = append(r.definitions, d)
	if strings.Contains(string(d.Properties), "refuse me") {
		return resource.Instance{}, errors.New("property QueueName: refused")
	}
	return resource.Instance{
		ID:         "https://" + d.LogicalID,
		Attributes: map[string]any{"Arn": d.Stack.ARN("sqs", d.LogicalID), "Parts": []any{"a", d.LogicalID}},
	}, nil
}

func (r *recorder) ids() []string {
	var ids []string
	for _, d := range r.definitions {
		ids = append(ids, d.LogicalID)
	}
	return ids
}

func create(t *testing.T, text string) (*Stack, *recorder, error) {
	t.Helper()
	parsed, err := template.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	queues := &recorder{}
	created, err := Create(t.Context(), identity, parsed, resource.Registry{"AWS::SQS::Queue": {Create: queues.Create}})
	return created, queues, err
}

func TestCreate(t *testing.T) {
	s, queues, err := create(t, `{
		"Conditions":{"No":{"Fn::Equals":["a","b"]}},
		"Resources":{
			"A":{"Type":"AWS::SQS::Queue","Properties":{"Target":{"Fn::GetAtt":["C","Arn"]},"Name":{"Fn::Sub":"${AWS::StackName}-${AWS::AccountId}-${AWS::Partition}-${AWS::URLSuffix}"},"Number":1.50},"Metadata":{"k":{"Ref":"literal"}}},
			"B":{"Type":"AWS::SQS::Queue","DependsOn":"A"},
			"C":{"Type":"AWS::SQS::Queue"},
			"D":{"Type":"AWS::SQS::Unknown","Condition":"No"}},
		"Outputs":{
			"Url":{"Value":{"Ref":"A"}},
			"Part":{"Value":{"Fn::Select":[1,{"Fn::GetAtt":["C","Parts"]}]}},
			"Number":{"Value":7},
			"Skipped":{"Value":{"Ref":"D"},"Condition":"No"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := queues.ids(), []string{"C", "A", "B"}; !slices.Equal(got, want) {
		t.Errorf("created %v, want %v", got, want)
	}
	a := queues.definitions[1]
	if want := `{"Name":"Test-000000000000-aws-amazonaws.com","Number":1.50,"Target":"arn:aws:sqs:us-east-1:000000000000:C"}`; string(a.Properties) != want {
		t.Errorf("properties: got %s, want %s", a.Properties, want)
	}
	if want := `{"k":{"Ref":"literal"}}`; string(a.Metadata) != want || a.Type != "AWS::SQS::Queue" || a.Stack != identity {
		t.Errorf("got metadata %s, type %s, stack %+v; want metadata %s", a.Metadata, a.Type, a.Stack, want)
	}
	if got := queues.definitions[0].Properties; string(got) != "{}" {
		t.Errorf("no properties: got %s, want {}", got)
	}
	if got, want := s.Outputs(), map[string]string{"Url": "https://A", "Part": "C", "Number": "7"}; !maps.Equal(got, want) {
		t.Errorf("outputs: got %v, want %v", got, want)
	}
	var listed []string
	for _, r := range s.Resources() {
		listed = append(listed, fmt.Sprint(r.LogicalID, " ", r.PhysicalID, " ", r.Type))
	}
	if want := []string{"C https://C AWS::SQS::Queue", "A https://A AWS::SQS::Queue", "B https://B AWS::SQS::Queue"}; !slices.Equal(listed, want) {
		t.Errorf("resources: got %q, want %q", listed, want)
	}
}

func TestOutputsAreACopy(t *testing.T) {
	s, _, err := create(t, `{"Resources":{"A":{"Type":"AWS::SQS::Queue"}},"Outputs":{"O":{"Value":"x"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	s.Outputs()["O"] = "changed"
	if got := s.Outputs()["O"]; got != "x" {
		t.Errorf("got %s, want x", got)
	}
}

func TestCreateRefuses(t *testing.T) {
	const queue = `{"Type":"AWS::SQS::Queue"}`
	tests := []struct {
		name, text, want string
		created          []string
	}{
		{
			"unknown types", `{"Resources":{"A":` + queue + `,"C":{"Type":"AWS::S3::Bucket"},"B":{"Type":"Custom::Thing","DependsOn":"C"}}}`,
			"resource types that can't be run here: C (AWS::S3::Bucket), B (Custom::Thing)", nil,
		},
		{
			"refused by its service", `{"Resources":{"A":` + queue + `,"B":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"refuse me"}},"C":` + queue + `}}`,
			"create B (AWS::SQS::Queue): property QueueName: refused", []string{"A", "B"},
		},
		{
			"unknown attribute", `{"Resources":{"A":` + queue + `,"B":{"Type":"AWS::SQS::Queue","Properties":{"P":[{"Fn::GetAtt":["A","Nope"]}]}}}}`,
			"create B (AWS::SQS::Queue): properties: P.0: Fn::GetAtt: A (AWS::SQS::Queue) has no attribute Nope", []string{"A"},
		},
		{
			"left out by a condition", `{"Conditions":{"No":{"Fn::Equals":[1,2]}},"Resources":{"A":{"Type":"AWS::SQS::Queue","Condition":"No"},"B":{"Type":"AWS::SQS::Queue","Properties":{"P":{"Ref":"A"},"Q":{"Fn::GetAtt":["A","Arn"]}}}}}`,
			"create B (AWS::SQS::Queue): properties: P: Ref: resource A does not exist", nil,
		},
		{
			"output's attribute", `{"Resources":{"A":` + queue + `},"Outputs":{"O":{"Value":{"Fn::GetAtt":["A","Nope"]}}}}`,
			"output O: Fn::GetAtt: A (AWS::SQS::Queue) has no attribute Nope", []string{"A"},
		},
		{
			"output is a list", `{"Resources":{"A":` + queue + `},"Outputs":{"O":{"Value":{"Fn::GetAtt":["A","Parts"]}}}}`,
			"output O: [a A] is not a text", []string{"A"},
		},
		{
			"output is nothing", `{"Resources":{"A":` + queue + `},"Outputs":{"O":{"Value":{"Ref":"AWS::NoValue"}}}}`,
			"output O: AWS::NoValue stands where a value is needed", []string{"A"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, queues, err := create(t, test.text)
			if err == nil || err.Error() != test.want || s != nil {
				t.Errorf("got %v, %v\nwant %s", s, err, test.want)
			}
			if got := queues.ids(); !slices.Equal(got, test.created) {
				t.Errorf("created %v, want %v", got, test.created)
			}
		})
	}
}

func TestCreateIsCancelled(t *testing.T) {
	parsed, err := template.Parse([]byte(`{"Resources":{"A":{"Type":"AWS::SQS::Queue"},"B":{"Type":"AWS::SQS::Queue"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopping := func(context.Context, resource.Definition) (resource.Instance, error) {
		cancel()
		return resource.Instance{ID: "x", Attributes: map[string]any{"N": json.Number("1")}}, nil
	}
	_, err = Create(ctx, identity, parsed, resource.Registry{"AWS::SQS::Queue": {Create: stopping}})
	if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "create B (AWS::SQS::Queue): ") {
		t.Errorf("got %v, want the creation of B cancelled", err)
	}
}
