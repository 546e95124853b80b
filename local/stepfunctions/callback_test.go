package stepfunctions_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// asked starts an execution that waits for a token, and returns both.
func asked(t *testing.T, c *cloud) (execution, token string) {
	t.Helper()
	tokens := make(chan string, 1)
	c.answer("sqs.SendMessage", func(input json.RawMessage) (any, error) {
		var message struct{ MessageBody string }
		if err := json.Unmarshal(input, &message); err != nil {
			return nil, err
		}
		var body struct{ Token string }
		err := json.Unmarshal([]byte(message.MessageBody), &body)
		tokens <- body.Token
		return json.RawMessage(`{"MessageId":"1"}`), err
	})
	machine := c.create(t, "m", taskMachine("arn:aws:states:::sqs:sendMessage.waitForTaskToken", `{"QueueUrl":"u","MessageBody":{"Token.$":"$$.Task.Token"}}`))
	execution = c.start(t, machine, "", `{}`)
	return execution, <-tokens
}

func TestTaskTokenSuccess(t *testing.T) {
	c := newCloud(t)
	execution, token := asked(t, c)
	if _, err := c.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: &token}); err != nil {
		t.Fatal(err)
	}
	_, err := c.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: aws.String("no JSON")})
	checkError(t, err, "InvalidOutput", "Invalid Output")
	if _, err := c.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: aws.String(`{"ok":true}`)}); err != nil {
		t.Fatal(err)
	}
	if d := c.finish(t, execution); aws.ToString(d.Output) != `{"ok":true}` {
		t.Errorf("got %s %s, want the output sent", d.Status, aws.ToString(d.Output))
	}
	_, err = c.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: aws.String(`1`)})
	checkError(t, err, "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

func TestTaskTokenFailure(t *testing.T) {
	c := newCloud(t)
	execution, token := asked(t, c)
	if _, err := c.SendTaskFailure(t.Context(), &sfn.SendTaskFailureInput{TaskToken: &token, Error: aws.String("E"), Cause: aws.String("c")}); err != nil {
		t.Fatal(err)
	}
	if d := c.finish(t, execution); d.Status != types.ExecutionStatusFailed || *d.Error != "E" || *d.Cause != "c" {
		t.Errorf("got %+v, want FAILED E: c", d)
	}
	_, err := c.SendTaskFailure(t.Context(), &sfn.SendTaskFailureInput{TaskToken: aws.String("nonsense")})
	checkError(t, err, "InvalidToken", "Invalid Token: 'Invalid token'")
}

func TestStoppedTaskTakesNoAnswer(t *testing.T) {
	c := newCloud(t)
	execution, token := asked(t, c)
	if _, err := c.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &execution}); err != nil {
		t.Fatal(err)
	}
	var err error
	for deadline := time.Now().Add(5 * time.Second); err == nil && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		_, err = c.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: &token})
	}
	checkError(t, err, "TaskTimedOut", "Task Timed Out")
}
