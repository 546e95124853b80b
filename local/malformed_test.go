package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// openDoor is the door with all services of the runner, and no stack.
func openDoor(t testing.TB) *frontdoor.Door {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	all, err := newServices(surroundings{
		endpoint: "http://127.0.0.1:4566", options: options{backoff: 1}, listeners: &listeners{},
		store: store.Memory(), files: t.TempDir(), log: log, screen: newTerminal(io.Discard, io.Discard, time.Now()),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { all.close(context.Background(), log) })
	return all.door
}

// call is an operation as it is called over HTTP.
type call struct {
	service   frontdoor.Service
	operation frontdoor.Operation
}

func callsOf(door *frontdoor.Door) []call {
	var all []call
	for _, service := range door.Services() {
		for _, operation := range service.Operations {
			all = append(all, call{service, operation})
		}
	}
	return all
}

// variables stand for those in the paths of REST operations.
var variables = strings.NewReplacer("{FunctionName}", "f", "{UUID}", "u", "{StatementId}", "s", "{", "", "}", "")

// request makes a signed request with a body; a Query operation's parameters
// follow its action.
func (c call) request(body string) (*http.Request, error) {
	method, path := "POST", "/"
	if pattern := c.operation.Pattern(); pattern != "" {
		method, path, _ = strings.Cut(variables.Replace(pattern), " ")
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")))
	if err != nil {
		return nil, err
	}
	signer := c.service.SigningName
	if signer == "" {
		signer = c.service.Name
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/"+signer+"/aws4_request, SignedHeaders=host, Signature=0")
	switch c.service.Protocol {
	case frontdoor.Query:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		body = "Action=" + c.operation.Name() + "&" + body
	case frontdoor.JSON10, frontdoor.JSON11:
		r.Header.Set("X-Amz-Target", c.service.TargetPrefix+"."+c.operation.Name())
	}
	r.Body = io.NopCloser(strings.NewReader(body))
	return r, nil
}

// send has the door answer the call, within a tenth of a second: some
// operations wait for something to happen.
func (c call) send(t *testing.T, door *frontdoor.Door, body string) *httptest.ResponseRecorder {
	t.Helper()
	r, err := c.request(body)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	w := httptest.NewRecorder()
	door.ServeHTTP(w, r.WithContext(ctx))
	return w
}

// malformed are bodies that no operation understands.
var malformed = []string{
	`{`, `[]`, `"text"`, `7`, `{"Unknown":1}`, `{"unknown":{"a":[null]}}`, "{\"a\":\"\xff\"}", `{}{}`, "\x00", `{"a":1,"a":2}`,
	strings.Repeat(`{"a":`, 10000), `[` + strings.Repeat(`[`, 10000), `{"TableName":{}}`,
	"Unknown=1", "Unknown.member.1=a", "Unknown.entry.1.key=a&Unknown.entry.1.key=b", "%zz", "a=1&a=2", strings.Repeat("a.", 10000) + "=1",
}

// TestEveryOperationRefusesWhatItDoesNotUnderstand sends each operation of
// each service what is malformed in its protocol: it is answered as the
// client's mistake, never as a failure of the service.
func TestEveryOperationRefusesWhatItDoesNotUnderstand(t *testing.T) {
	door := openDoor(t)
	for _, c := range callsOf(door) {
		t.Run(c.service.Name+"."+c.operation.Name(), func(t *testing.T) {
			for _, body := range malformed {
				if w := c.send(t, door, body); w.Code >= 500 {
					t.Errorf("%.60q: got %d %s, want no failure of the service", body, w.Code, w.Body)
				}
			}
			if w := c.send(t, door, "{"); c.service.Protocol != frontdoor.Query && w.Code < 400 {
				t.Errorf("half an object: got %d %s, want a refusal", w.Code, w.Body)
			}
			if w := c.send(t, door, "Unknown=1"); c.service.Protocol == frontdoor.Query && w.Code < 400 {
				t.Errorf("an unknown parameter: got %d %s, want a refusal", w.Code, w.Body)
			}
		})
	}
}

// FuzzOperations sends an operation any body.
func FuzzOperations(f *testing.F) {
	door := openDoor(f)
	calls := callsOf(door)
	seeds := []string{
		`{"TableName":"t","Key":{"id":{"S":"a"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"N":"1"}}}`,
		`{"TableName":"abc","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}`,
		`{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}"}]}`, `{"Name":"a","EventPattern":"{\"source\":[\"a\"]}"}`,
		`{"QueueName":"q","Attributes":{"DelaySeconds":"1"}}`, `{"QueueUrl":"http://localhost/000000000000/q","MessageBody":"a"}`,
		`{"name":"m","roleArn":"r","definition":"{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"End\":true}}}"}`,
		`{"logGroupName":"g","filterPattern":"{ $.a = 1 }","nextToken":"x"}`,
		`Name=t&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=d`, `TopicArn=arn:aws:sns:us-east-1:000000000000:t&Message=m`,
		`StackName=s&StackStatusFilter.member.1=CREATE_COMPLETE`,
	}
	for i := range calls {
		f.Add(uint16(i), seeds[i%len(seeds)])
	}
	f.Fuzz(func(t *testing.T, index uint16, body string) {
		c := calls[int(index)%len(calls)]
		if w := c.send(t, door, body); w.Code >= 500 {
			t.Errorf("%s.%s with %q: got %d %s, want no failure of the service", c.service.Name, c.operation.Name(), body, w.Code, w.Body)
		}
	})
}
