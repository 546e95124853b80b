package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/bench/price"
)

func TestItemSize(t *testing.T) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	item := map[string]types.AttributeValue{
		"id":     &types.AttributeValueMemberN{Value: "1234"},  // 2 + 3: two digits a byte, and one
		"status": text("OrderCreated"),                         // 6 + 12
		"paid":   &types.AttributeValueMemberBOOL{Value: true}, // 4 + 1
		"history": &types.AttributeValueMemberL{Value: []types.AttributeValue{ // 7 + 3 + 1
			&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"at": text("now")}}, // 3 + 1 + 2 + 3
		}},
	}
	if got, want := itemSize(item), 48.0; got != want {
		t.Errorf("the item has %v bytes, want %v", got, want)
	}
}

func TestLogsTellTheUse(t *testing.T) {
	l := logged{durations: map[string][]float64{}, messages: map[string][]string{}, metrics: map[string]bool{}}
	report := `{"type":"platform.report","record":{"metrics":{"durationMs":%d}}}`
	metrics := `{"_aws":{"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[[],["stage"]],"Metrics":[{"Name":"a"},{"Name":"b"}]}]},"stage":"x","a":1,"b":2}`
	for _, took := range []int{9, 1, 2} {
		l.add("/aws/lambda/f", fmt.Sprintf(report, took))
	}
	l.add("/aws/lambda/f", metrics)
	l.add("/aws/lambda/f", metrics)
	l.add("/aws/lambda/f", "a text")
	l.add("all", strings.Repeat("e", 65<<10)) // more than 64 KB: two events
	l.add("all", "e")
	u := l.usage("all")
	if got, want := u.Invocations["f"], (price.Invocations{Count: 3.0 / costOrders, LocalMs: 2}); got != want {
		t.Errorf("invocations are %+v, want %+v", got, want)
	}
	if got, want := u.Events*costOrders, 3.0; got != want {
		t.Errorf("%v events are billed, want %v", got, want)
	}
	if got, want := len(l.metrics), 4; got != want {
		t.Errorf("there are %d custom metrics, want %d: %v", got, want, l.metrics)
	}
	bytes := 3*len(`{"type":"platform.report","record":{"metrics":{"durationMs":1}}}`) + 2*len(metrics) + len("a text") + 65<<10 + 1 + 8*26
	if got, want := u.LogBytes*costOrders, float64(bytes); got < want-0.001 || got > want+0.001 {
		t.Errorf("logs have %v bytes, want %v", got, want)
	}
}

func TestExpressExecutionsAreInTheLog(t *testing.T) {
	l := logged{messages: map[string][]string{
		"/aws/vendedlogs/states/m": {
			`{"type":"ExecutionStarted","execution_arn":"a","event_timestamp":"1000"}`,
			`{"type":"PassStateEntered","execution_arn":"a","event_timestamp":"1001"}`,
			`{"type":"ExecutionStarted","execution_arn":"b","event_timestamp":"1001"}`,
			`{"type":"ExecutionSucceeded","execution_arn":"a","event_timestamp":"1004"}`,
			`{"type":"ExecutionFailed","execution_arn":"b","event_timestamp":"1002"}`,
		},
		"all": {`{"type":"ExecutionStarted","execution_arn":"c"}`},
	}}
	var e executions
	e.addLogged(l)
	if fmt.Sprint(e.took) != "[4 1]" || e.states != 1 {
		t.Errorf("executions took %v ms with %v states, want [4 1] with 1", e.took, e.states)
	}
}

func TestCallsAreAddedUp(t *testing.T) {
	before := calls{{"dynamodb:PutItem", "arn:…:table/orders"}: 1}
	after := calls{{"dynamodb:PutItem", "arn:…:table/orders"}: 4, {"dynamodb:PutItem", "arn:…:table/other"}: 5, {"dynamodb:GetRecords", "arn:…:table/orders/stream/1"}: 7}
	made := after.minus(before)
	if got := made.of("dynamodb:PutItem", ":table/orders"); got != 3 {
		t.Errorf("%v calls write orders, want 3", got)
	}
	if got := made.billed(); got != 8 {
		t.Errorf("%v calls are billed, want 8: reading the stream is free", got)
	}
}

func TestTablesAreAligned(t *testing.T) {
	printed := table{title: "T", head: []string{"", "much longer"}, note: "N"}
	printed.add("x–y", "1")
	var out strings.Builder
	printed.print(&out)
	want := "**T**\n\n|     | much longer |\n| --- | ----------- |\n| x–y | 1           |\n\nN\n\n"
	if out.String() != want {
		t.Errorf("printed is\n%s\nwant\n%s", out.String(), want)
	}
}
