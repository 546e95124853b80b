package logs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/logs"
	"eda-demo/local/resource"
)

func call(t testing.TB, door *frontdoor.Door, operation string, in, out any) {
	t.Helper()
	if err := door.Call(t.Context(), iam.Admin(doortest.Account), "logs", operation, in, out); err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
}

func write(t testing.TB, door *frontdoor.Door, messages ...string) {
	t.Helper()
	in := &logs.PutLogEventsInput{LogGroupName: "g", LogStreamName: "s"}
	for _, message := range messages {
		in.LogEvents = append(in.LogEvents, logs.InputLogEvent{Timestamp: time.Now().UnixMilli(), Message: message})
	}
	call(t, door, "PutLogEvents", in, nil)
}

func messagesIn(t testing.TB, door *frontdoor.Door) []string {
	t.Helper()
	var out struct{ Events []struct{ Message string } }
	call(t, door, "FilterLogEvents", map[string]any{"logGroupName": "g"}, &out)
	var messages []string
	for _, e := range out.Events {
		messages = append(messages, e.Message)
	}
	return messages
}

func definition(properties string) resource.Definition {
	return resource.Definition{LogicalID: "L", Properties: json.RawMessage(properties), Stack: doortest.Stack()}
}

func TestRetentionDropsOldEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, door := start(t)
		instance, err := service.Resources()["AWS::Logs::LogGroup"].Create(t.Context(), definition(`{"LogGroupName":"g","RetentionInDays":"3"}`))
		check(t, err)
		if want := "arn:aws:logs:us-east-1:000000000000:log-group:g:*"; instance.ID != "g" || instance.Attributes["Arn"] != want {
			t.Errorf("instance = %+v, want g with Arn %s", instance, want)
		}
		call(t, door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
		write(t, door, "early")
		time.Sleep(2 * 24 * time.Hour)
		write(t, door, "late")
		wantMessages(t, messagesIn(t, door), "early late")
		time.Sleep(24*time.Hour + time.Millisecond)
		wantMessages(t, messagesIn(t, door), "late")
	})
}

func TestGroupKeepsItsNewest16MiB(t *testing.T) {
	_, door := start(t)
	call(t, door, "CreateLogGroup", map[string]any{"logGroupName": "g"}, nil)
	call(t, door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	write(t, door, "oldest")
	for range 16 {
		write(t, door, strings.Repeat("x", 1<<20-26))
	}
	var out struct{ LogGroups []struct{ StoredBytes int } }
	call(t, door, "DescribeLogGroups", map[string]any{}, &out)
	if got := out.LogGroups[0].StoredBytes; got > 16<<20 || got < 15<<20 {
		t.Errorf("storedBytes = %d, want just under 16 MiB", got)
	}
	if got := messagesIn(t, door); got[0] == "oldest" {
		t.Error("the oldest event is still there")
	}
}

func TestResourceRefusals(t *testing.T) {
	service, _ := start(t)
	for properties, want := range map[string]string{
		`{"KmsKeyId":"k"}`:              "KmsKeyId",
		`{"RetentionInDays":2}`:         "retentionInDays",
		`{"LogGroupName":"a b"}`:        "logGroupName",
		`{"LogGroupClass":"EXPENSIVE"}`: "EXPENSIVE",
	} {
		_, err := service.Resources()["AWS::Logs::LogGroup"].Create(t.Context(), definition(properties))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that names %s", properties, err, want)
		}
	}
	_, err := service.Resources()["AWS::Logs::ResourcePolicy"].Create(t.Context(), definition(`{"PolicyName":"p","PolicyDocument":"{}x"}`))
	if err == nil {
		t.Error("a malformed policy document was accepted")
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("f/" + strings.Repeat("0", 56))
	f.Add("b/x")
	_, door := start(f)
	call(f, door, "CreateLogGroup", map[string]any{"logGroupName": "g"}, nil)
	call(f, door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	f.Fuzz(func(t *testing.T, token string) {
		for _, operation := range []string{"GetLogEvents", "FilterLogEvents"} {
			in := map[string]any{"logGroupName": "g", "nextToken": token}
			if operation == "GetLogEvents" {
				in["logStreamName"] = "s"
			}
			err := door.Call(t.Context(), iam.Admin(doortest.Account), "logs", operation, in, nil)
			if code := frontdoor.Code(err); code != "" && code != "InvalidParameterException" {
				t.Errorf("%s with token %q: %v", operation, token, err)
			}
		}
	})
}
