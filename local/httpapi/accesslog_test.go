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

// TestAccessLogIsReplaced has lines of before be written before the log is let
// go, and log groups that are gone stay so.
func TestAccessLogIsReplaced(t *testing.T) {
	a := start(t)
	logs := &fakeLogs{}
	missing := func(context.Context, *putLogEvents) (*struct{}, error) {
		return nil, frontdoor.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
	}
	var mu sync.Mutex
	var streams, created []string
	a.door.Register(frontdoor.Service{Name: "logs", Operations: []frontdoor.Operation{
		frontdoor.Op("CreateLogStream", frontdoor.Anyone[putLogEvents], func(ctx context.Context, in *putLogEvents) (*struct{}, error) {
			if in.LogGroupName == "gone" {
				return missing(ctx, in)
			}
			mu.Lock()
			defer mu.Unlock()
			streams = append(streams, in.LogStreamName)
			return &struct{}{}, nil
		}),
		frontdoor.Op("CreateLogGroup", frontdoor.Anyone[putLogEvents], func(_ context.Context, in *putLogEvents) (*struct{}, error) {
			mu.Lock()
			defer mu.Unlock()
			created = append(created, in.LogGroupName)
			return &struct{}{}, nil
		}),
		frontdoor.Op("PutLogEvents", frontdoor.Anyone[putLogEvents], logs.put),
	}})
	to := func(group string) string {
		return `,"AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:000000000000:log-group:` + group + `","Format":"$context.path"}`
	}
	x := a.app("GET /{p}")
	written := func(update, path, want string) {
		t.Helper()
		x.stage.update(x.stageWith(update))
		logs.mu.Lock()
		got := fmt.Sprint(logs.lines)
		logs.mu.Unlock()
		if got != want && want != "" {
			t.Errorf("logged %s, want %s", got, want)
		}
		x.wantStatus("GET", path, 200)
	}
	written(to("one"), "/1", "[]")
	written(to("one")+`,"Description":"d"`, "/2", "") // the same log: written when it is due
	written(to("two"), "/3", "[one: /1 one: /2]")
	written("", "/4", "[one: /1 one: /2 two: /3]")
	written(to("gone"), "/5", "[one: /1 one: /2 two: /3]")
	x.stage.delete()
	mu.Lock()
	defer mu.Unlock()
	if len(streams) != 2 || len(created) != 0 {
		t.Errorf("got log streams %v and new groups %v, want two streams and no group", streams, created)
	}
}
