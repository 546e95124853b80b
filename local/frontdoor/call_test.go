package frontdoor_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

func readRequest(raw string) (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
}

func TestCall(t *testing.T) {
	door := newDoor(t)
	admin := iam.Admin(doortest.Account)
	key := map[string]map[string]string{"id": {"N": "1"}}
	for name, in := range map[string]any{
		"typed": &getItemInput{TableName: "orders", Key: key},
		"raw":   json.RawMessage(`{"TableName":"orders","Key":{"id":{"N":"1"}}}`),
		"map":   map[string]any{"TableName": "orders", "Key": key},
	} {
		t.Run(name, func(t *testing.T) {
			var typed getItemOutput
			var raw json.RawMessage
			var generic map[string]any
			for _, out := range []any{&typed, &raw, &generic, nil} {
				if err := door.Call(t.Context(), admin, "dynamodb", "GetItem", in, out); err != nil {
					t.Fatalf("output %T: %v", out, err)
				}
			}
			if !reflect.DeepEqual(typed.Item, key) {
				t.Errorf("typed output: got %v, want %v", typed.Item, key)
			}
			if want := `{"Item":{"id":{"N":"1"}}}`; string(raw) != want {
				t.Errorf("raw output: got %s, want %s", raw, want)
			}
			if want := (map[string]any{"Item": map[string]any{"id": map[string]any{"N": "1"}}}); !reflect.DeepEqual(generic, want) {
				t.Errorf("generic output: got %v, want %v", generic, want)
			}
		})
	}
}

func TestCallWithoutOutput(t *testing.T) {
	door := newDoor(t)
	var raw json.RawMessage
	var typed getItemOutput
	for _, out := range []any{&raw, &typed, nil} {
		if err := door.Call(t.Context(), iam.Admin(doortest.Account), "dynamodb", "DeleteItem", map[string]any{}, out); err != nil {
			t.Errorf("output %T: got %v, want no error", out, err)
		}
	}
	if string(raw) != "{}" {
		t.Errorf("got %s, want {}", raw)
	}
}

func TestCallErrors(t *testing.T) {
	door := newDoor(t)
	admin := iam.Admin(doortest.Account)
	tests := []struct {
		name, service, operation string
		in                       any
		code, want               string
	}{
		{"service's error", "dynamodb", "GetItem", &getItemInput{TableName: "missing"}, "ResourceNotFoundException", "no table missing"},
		{"other error", "dynamodb", "GetItem", &getItemInput{TableName: "broken"}, "", "a secret of the disk"},
		{"panic", "dynamodb", "GetItem", &getItemInput{TableName: "panics"}, "InternalFailure", "unknown error"},
		{"unknown member", "dynamodb", "GetItem", map[string]any{"tableName": "x"}, "ValidationException", "member tableName is not supported"},
		{"other shape", "dynamodb", "GetItem", json.RawMessage(`{"TableName":1}`), "SerializationException", "member TableName"},
		{"no JSON", "dynamodb", "GetItem", json.RawMessage(`{`), "SerializationException", "not JSON"},
		{"can't be JSON", "dynamodb", "GetItem", func() {}, "ValidationException", "unsupported type"},
		{"unknown service", "s3", "GetObject", nil, "", "call s3.GetObject: no such service"},
		{"unknown operation", "dynamodb", "Scan", nil, "", "call dynamodb.Scan: no such operation"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := door.Call(t.Context(), admin, test.service, test.operation, test.in, nil)
			if err == nil || frontdoor.Code(err) != test.code || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v with code %q, want code %q and %s", err, frontdoor.Code(err), test.code, test.want)
			}
		})
	}
}

func TestCallDenied(t *testing.T) {
	door := newDoor(t)
	events := iam.Service("events.amazonaws.com", doortest.Account, "arn:aws:events:us-east-1:000000000000:rule/r")
	err := door.Call(t.Context(), events, "dynamodb", "GetItem", &getItemInput{TableName: "orders"}, nil)
	const sentence = "User: events.amazonaws.com is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/orders because no resource-based policy allows the dynamodb:GetItem action"
	var denied *iam.Denied
	if !errors.As(err, &denied) || denied.Error() != sentence {
		t.Errorf("got %v, want an *iam.Denied: %s", err, sentence)
	}
	var answer *frontdoor.Error
	if !errors.As(err, &answer) || answer.Code != "AccessDeniedException" || answer.Message != sentence {
		t.Errorf("got %v, want AccessDeniedException: %s", err, sentence)
	}
}

func TestAuthorize(t *testing.T) {
	door := newDoor(t)
	access := iam.Access{Action: "sns:Publish", Resource: "*"}
	if err := door.Authorize(iam.Admin(doortest.Account), "sns", access); err != nil {
		t.Errorf("administrator: got %v, want no error", err)
	}
	if err := door.Authorize(iam.Principal{}, "sns", access); frontdoor.Code(err) != "AuthorizationError" {
		t.Errorf("nobody: got %v, want AuthorizationError", err)
	}
	if err := door.Authorize(iam.Principal{}, "nowhere", access); err == nil || !strings.Contains(err.Error(), "no such service nowhere") {
		t.Errorf("unknown service: got %v", err)
	}
}

func TestCaller(t *testing.T) {
	door := newDoor(t)
	p := iam.Service("lambda.amazonaws.com", doortest.Account, "")
	var out struct{ Arn string }
	if err := door.Call(t.Context(), p, "sts", "GetCallerIdentity", map[string]any{}, &out); err != nil || out.Arn != p.ARN {
		t.Errorf("got %+v, %v; want %s", out, err, p.ARN)
	}
	if got := frontdoor.Caller(context.Background()); got != (iam.Principal{}) {
		t.Errorf("outside of a call: got %+v, want nobody", got)
	}
}

func BenchmarkCall(b *testing.B) {
	door := newDoor(b)
	admin := iam.Admin(doortest.Account)
	in := &getItemInput{TableName: "orders", Key: map[string]map[string]string{"id": {"N": "1"}, "payload": {"S": strings.Repeat("x", 500)}}}
	b.Run("typed", func(b *testing.B) {
		for b.Loop() {
			var out getItemOutput
			if err := door.Call(b.Context(), admin, "dynamodb", "GetItem", in, &out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("re-marshalled", func(b *testing.B) {
		for b.Loop() {
			var out struct{ Item map[string]map[string]string }
			if err := door.Call(b.Context(), admin, "dynamodb", "GetItem", in, &out); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkServeHTTP(b *testing.B) {
	door := newDoor(b)
	body := `{"TableName":"orders","Key":{"id":{"N":"1"},"payload":{"S":"` + strings.Repeat("x", 500) + `"}}}`
	for b.Loop() {
		if w := send(door, "POST", "/", body, signed("dynamodb"), getItemTarget); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
