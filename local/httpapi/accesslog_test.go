package httpapi_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"eda-demo/local/frontdoor"
)

// fakeLogs remembers what is written to CloudWatch Logs.
type fakeLogs struct {
	mu    sync.Mutex
	lines []string
}

type putLogEvents struct {
	LogGroupName  string `json:"logGroupName"`
	LogStreamName string `json:"logStreamName"`
	LogEvents     []struct {
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
	} `json:"logEvents"`
}

func (f *fakeLogs) put(_ context.Context, in *putLogEvents) (*struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range in.LogEvents {
		f.lines = append(f.lines, in.LogGroupName+": "+e.Message)
	}
	return &struct{}{}, nil
}

func TestAccessLog(t *testing.T) {
	a := start(t)
	logs := &fakeLogs{}
	a.door.Register(frontdoor.Service{Name: "logs", Operations: []frontdoor.Operation{
		frontdoor.Op("CreateLogStream", frontdoor.Anyone[putLogEvents], func(context.Context, *putLogEvents) (*struct{}, error) { return &struct{}{}, nil }),
		frontdoor.Op("PutLogEvents", frontdoor.Anyone[putLogEvents], logs.put),
	}})
	url := a.api("", `,"AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:000000000000:log-group:access:*",
		"Format":"$context.httpMethod $context.path \"$context.routeKey\" $context.status $context.nonsense"}`, "GET /a")
	send(t, "GET", url+"/a", "")
	send(t, "GET", url+"/b", "")
	if err := a.service.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `[access: GET /a "GET /a" 200 - access: GET /b "-" 404 -]`
	if got := fmt.Sprint(logs.lines); got != want {
		t.Errorf("logged %s, want %s", got, want)
	}
}
