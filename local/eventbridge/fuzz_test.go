package eventbridge

import (
	"encoding/json"
	"testing"
	"time"
)

func FuzzAccept(f *testing.F) {
	f.Add("order-service", "OrderCreated", `{"id":1,"n":1e400,"t":"<&>"}`, "res")
	f.Add("\xff\"", "\u2028", ` {"a" : [ {"a":null} ] , "detail":{}} `, `,"detail":`)
	s := &Service{Config: Config{Account: "000000000000", Region: "us-east-1"}}
	f.Fuzz(func(t *testing.T, source, detailType, detail, resource string) {
		event, _, refusal := s.accept(&putEventsEntry{Source: source, DetailType: detailType, Detail: detail, Resources: []string{resource}})
		if refusal != nil {
			return
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(event.json, &members); err != nil {
			t.Fatalf("event %s of an accepted entry: %v", event.json, err)
		}
		if string(members["detail"]) != string(event.detail) || len(members) != 9 {
			t.Errorf("got members %v, want nine with detail %s", members, event.detail)
		}
		head := withoutDetail(event.json)
		if err := json.Unmarshal(head, &members); err != nil {
			t.Errorf("without detail: got %s: %v, want an object", head, err)
		}
	})
}

func FuzzInputTransformer(f *testing.F) {
	f.Add("$.detail.list[*].k", `{"a":<v>,"b":"<v> <aws.events.rule-name>"}`, `{"list":[{"k":1},{"k":"x"}]}`)
	f.Add("$.detail.*", `"<v>"`, `{"a":{"b":"\""}}`)
	f.Add("$", `<v>`, `{}`)
	f.Fuzz(func(t *testing.T, path, template, detail string) {
		transform, err := newInput(&Target{Id: "t", InputTransformer: &InputTransformer{
			InputPathsMap: map[string]string{"v": path}, InputTemplate: template,
		}})
		compact, ok := compactObject(detail)
		if err != nil || !ok {
			return
		}
		e := &envelope{id: "1", detail: compact}
		e.encode("000000000000", "us-east-1", time.Time{}, nil)
		if _, err := transform(&job{RuleARN: "a/r", Event: e.json}); err != nil {
			t.Errorf("transform: got %v, want no error", err)
		}
	})
}

func BenchmarkPublishToOneTarget(b *testing.B) {
	entry := &putEventsEntry{
		Source: "order-service", DetailType: "OrderCreated", EventBusName: "orders",
		Detail: `{"id":101,"amount":100,"metadata":{"eventId":"e","correlationId":"c","schemaVersion":"1"}}`,
	}
	s := &Service{Config: Config{Account: "000000000000", Region: "us-east-1"}, store: newState()}
	r, err := s.newRule(&putRuleInput{Name: "r", EventPattern: `{"source":["order-service"],"detail-type":["OrderCreated"]}`})
	if err != nil {
		b.Fatal(err)
	}
	if err := r.putTarget(Target{Id: "t", Arn: "arn:aws:lambda:us-east-1:000000000000:function:f"}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		event, parsed, refusal := s.accept(entry)
		if refusal != nil || !r.compiled.Matches(parsed) || len(r.targets[0].payload(event)) == 0 {
			b.Fatal("not accepted, or not matched")
		}
	}
}
