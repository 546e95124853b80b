package eventbridge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

func TestTargets(t *testing.T) {
	f := newFixture(t)
	client := f.client(t)
	ctx := t.Context()
	putRule(t, client, "default", "r")
	put := func(targets ...types.Target) error {
		_, err := client.PutTargets(ctx, &sdk.PutTargetsInput{Rule: aws.String("r"), Targets: targets})
		return err
	}
	full := types.Target{
		Id: aws.String("b"), Arn: aws.String(lambdaARN), DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(deadARN)},
		RetryPolicy:      &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0), MaximumEventAgeInSeconds: aws.Int32(60)},
		InputTransformer: &types.InputTransformer{InputPathsMap: map[string]string{"x": "$.detail.x"}, InputTemplate: aws.String(`{"x":<x>}`)},
	}
	if err := put(full, types.Target{Id: aws.String("a"), Arn: aws.String(queueARN)}); err != nil {
		t.Fatal(err)
	}
	list, err := client.ListTargetsByRule(ctx, &sdk.ListTargetsByRuleInput{Rule: aws.String("r")})
	if err != nil || len(list.Targets) != 2 || *list.Targets[0].Id != "a" {
		t.Fatalf("ListTargetsByRule: got %+v, %v; want a and b", list, err)
	}
	got, _ := json.Marshal(list.Targets[1])
	want, _ := json.Marshal(full)
	if string(got) != string(want) {
		t.Errorf("got target %s, want %s", got, want)
	}
	names, err := client.ListRuleNamesByTarget(ctx, &sdk.ListRuleNamesByTargetInput{TargetArn: aws.String(lambdaARN)})
	if err != nil || fmt.Sprint(names.RuleNames) != "[r]" {
		t.Errorf("ListRuleNamesByTarget: got %+v, %v; want r", names, err)
	}
	more := make([]types.Target, 4)
	for i := range more {
		more[i] = types.Target{Id: aws.String(fmt.Sprint(i)), Arn: aws.String(queueARN)}
	}
	if err := put(more...); code(err) != "LimitExceededException" {
		t.Errorf("a sixth target: got %v, want a LimitExceededException", err)
	}
	if _, err := client.DeleteRule(ctx, &sdk.DeleteRuleInput{Name: aws.String("r")}); code(err) != "ValidationException" {
		t.Errorf("delete a rule with targets: got %v, want a ValidationException", err)
	}
	if _, err := client.RemoveTargets(ctx, &sdk.RemoveTargetsInput{Rule: aws.String("r"), Ids: []string{"a", "b"}}); err != nil {
		t.Error(err)
	}
	if _, err := client.DeleteRule(ctx, &sdk.DeleteRuleInput{Name: aws.String("r")}); err != nil {
		t.Errorf("delete a rule without targets: %v", err)
	}
}

func TestTargetRefusals(t *testing.T) {
	f := newFixture(t)
	client := f.client(t)
	putRule(t, client, "default", "r")
	states := "arn:aws:states:us-east-1:000000000000:stateMachine:m"
	logs := "arn:aws:logs:us-east-1:000000000000:log-group:g"
	role := aws.String("arn:aws:iam::000000000000:role/x")
	transform := func(path, template string) *types.InputTransformer {
		return &types.InputTransformer{InputPathsMap: map[string]string{"v": path}, InputTemplate: &template}
	}
	cases := []struct {
		message string
		target  types.Target
	}{
		{"targets.1.member.id", types.Target{Id: aws.String("a b"), Arn: aws.String(queueARN)}},
		{"Provided Arn is not in correct format", types.Target{Arn: aws.String("q")}},
		{"kinesis is not a supported service for a target.", types.Target{Arn: aws.String("arn:aws:kinesis:us-east-1:000000000000:stream/s")}},
		{"api-destination", types.Target{Arn: aws.String("arn:aws:events:us-east-1:000000000000:api-destination/d")}},
		{"111111111111", types.Target{Arn: aws.String("arn:aws:sqs:us-east-1:111111111111:q")}},
		{"RoleArn is required for target " + states, types.Target{Arn: &states}},
		{"RoleArn is not supported for target " + logs, types.Target{Arn: &logs, RoleArn: role}},
		{"SqsParameters", types.Target{Arn: aws.String(queueARN), SqsParameters: &types.SqsParameters{MessageGroupId: aws.String("g")}}},
		{"maximumRetryAttempts", types.Target{Arn: aws.String(queueARN), RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)}}},
		{"maximumEventAgeInSeconds", types.Target{Arn: aws.String(queueARN), RetryPolicy: &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(59)}}},
		{"standard SQS queue", types.Target{Arn: aws.String(queueARN), DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(deadARN + ".fifo")}}},
		{"Only one of Input, InputPath, or InputTransformer must be provided for target x.", types.Target{Arn: aws.String(queueARN), Input: aws.String("{}"), InputPath: aws.String("$.detail")}},
		{"JSON syntax error in input for target x", types.Target{Arn: aws.String(queueARN), Input: aws.String("text")}},
		{"Invalid InputPath", types.Target{Arn: aws.String(queueARN), InputPath: aws.String("$['detail']")}},
		{"not supported for event bus", types.Target{Arn: aws.String("arn:aws:events:us-east-1:000000000000:event-bus/b"), InputPath: aws.String("$.detail")}},
		{"does not begin with $", types.Target{Arn: aws.String(queueARN), InputTransformer: transform("detail", `"<v>"`)}},
		{"<w> is not defined", types.Target{Arn: aws.String(queueARN), InputTransformer: transform("$.detail", `"<w>"`)}},
		{"Invalid InputTemplate", types.Target{Arn: aws.String(queueARN), InputTransformer: transform("$.detail", `<v> is text`)}},
		{"Invalid InputTemplate", types.Target{Arn: aws.String(queueARN), InputTransformer: transform("$.detail", `{"a":<v>`)}},
	}
	for _, c := range cases {
		if c.target.Id == nil {
			c.target.Id = aws.String("x")
		}
		_, err := client.PutTargets(t.Context(), &sdk.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{c.target}})
		if code(err) != "ValidationException" || !strings.Contains(fmt.Sprint(err), c.message) {
			t.Errorf("%s: got %v, want a ValidationException with that text", c.message, err)
		}
	}
}
