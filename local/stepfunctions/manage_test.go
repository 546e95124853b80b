package stepfunctions_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

func TestStateMachineLifecycle(t *testing.T) {
	c := newCloud(t)
	arn := c.create(t, "orders", onePass)
	if want := machinePre + "orders"; arn != want {
		t.Fatalf("got ARN %s, want %s", arn, want)
	}
	if again := c.create(t, "orders", onePass); again != arn {
		t.Errorf("creating the same again: got %s, want %s", again, arn)
	}
	_, err := c.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: aws.String("orders"), Definition: aws.String(oneWait), RoleArn: aws.String(roleARN)})
	var exists *types.StateMachineAlreadyExists
	if !errors.As(err, &exists) {
		t.Errorf("creating another of the name: got %v, want StateMachineAlreadyExists", err)
	}
	d, err := c.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	if *d.Definition != onePass || *d.Name != "orders" || *d.RoleArn != roleARN || d.Type != types.StateMachineTypeStandard ||
		d.Status != types.StateMachineStatusActive || d.LoggingConfiguration.Level != types.LogLevelOff {
		t.Errorf("got description %+v, want the machine as created", d)
	}
	u, err := c.UpdateStateMachine(t.Context(), &sfn.UpdateStateMachineInput{StateMachineArn: &arn, Definition: aws.String(oneWait)})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = c.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn}); err != nil || *d.Definition != oneWait || *d.RevisionId != *u.RevisionId {
		t.Errorf("after the update: got %+v, %v, want the new definition and revision %s", d, err, *u.RevisionId)
	}
	execution := c.start(t, arn, "e", "{}")
	if _, err := c.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &arn}); err != nil {
		t.Fatal(err)
	}
	_, err = c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &execution})
	checkError(t, err, "ExecutionDoesNotExist", "Execution Does Not Exist: '"+execution+"'")
	_, err = c.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn})
	checkError(t, err, "StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+"'")
}

func TestCreateRefuses(t *testing.T) {
	c := newCloud(t)
	task := func(resource string) string {
		return `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + resource + `","End":true}}}`
	}
	type input = sfn.CreateStateMachineInput
	base := func(change func(*input)) *input {
		in := &input{Name: aws.String("m"), Definition: aws.String(onePass), RoleArn: aws.String(roleARN)}
		change(in)
		return in
	}
	definition := func(text string) *input { return base(func(in *input) { in.Definition = &text }) }
	logging := func(l types.LoggingConfiguration) *input {
		return base(func(in *input) { in.LoggingConfiguration = &l })
	}
	tests := map[string]struct {
		in            *input
		code, message string
	}{
		"a name":                 {base(func(in *input) { in.Name = aws.String("a b") }), "InvalidName", "Invalid Name: 'a b'"},
		"no states":              {definition(`{"StartAt":"A"}`), "InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'"},
		"no JSON":                {definition(`x`), "InvalidDefinition", "INVALID_JSON_DESCRIPTION"},
		"a resource":             {definition(task("arn:aws:states:::s3:getObject")), "InvalidDefinition", "arn:aws:states:::s3:getObject is not recognized: it can't be called here at /States/T/Resource"},
		"the SDK":                {definition(task("arn:aws:states:::aws-sdk:sqs:sendMessage")), "InvalidDefinition", "is not recognized"},
		"sync":                   {definition(task("arn:aws:states:::states:startExecution.sync")), "InvalidDefinition", "is not recognized"},
		"an activity":            {definition(task("arn:aws:states:us-east-1:000000000000:activity:a")), "InvalidDefinition", "is not recognized"},
		"a callback of DynamoDB": {definition(task("arn:aws:states:::dynamodb:getItem.waitForTaskToken")), "InvalidDefinition", "is not recognized"},
		"a callback of an express machine": {base(func(in *input) {
			express(in)
			in.Definition = aws.String(task("arn:aws:states:::sqs:sendMessage.waitForTaskToken"))
		}), "InvalidDefinition", "Express state machine does not support '.waitForTaskToken' service integration at /States/T/Resource"},
		"a role that does not exist":  {base(func(in *input) { in.RoleArn = aws.String("arn:aws:iam::000000000000:role/none") }), "AccessDeniedException", "Neither the global service principal states.amazonaws.com"},
		"logging without destination": {logging(types.LoggingConfiguration{Level: types.LogLevelAll}), "InvalidLoggingConfiguration", "exactly one Log Destination"},
		"encryption": {base(func(in *input) {
			in.EncryptionConfiguration = &types.EncryptionConfiguration{Type: types.EncryptionTypeAwsOwnedKey}
		}), "ValidationException", "encryptionConfiguration"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.CreateStateMachine(t.Context(), tt.in)
			checkError(t, err, tt.code, tt.message)
		})
	}
}

func TestARNs(t *testing.T) {
	c := newCloud(t)
	_, err := c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String("nonsense")})
	checkError(t, err, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nonsense'")
	_, err = c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String("arn:aws:states:us-east-1:000000000000:express:m:n:1")})
	checkError(t, err, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
	_, err = c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String("arn:aws:states:us-east-1:000000000000:execution:m:n")})
	checkError(t, err, "ExecutionDoesNotExist", "Execution Does Not Exist: 'arn:aws:states:us-east-1:000000000000:execution:m:n'")
	_, err = c.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machinePre + "none")})
	checkError(t, err, "StateMachineDoesNotExist", "State Machine Does Not Exist")
}

func TestListStateMachinesInPages(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"m1", "m2", "m3"} {
		c.create(t, name, onePass)
	}
	var got []string
	pages := sfn.NewListStateMachinesPaginator(c.Client, &sfn.ListStateMachinesInput{MaxResults: 2})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.StateMachines {
			got = append(got, *m.Name)
		}
	}
	checkLines(t, "machines", got, []string{"m1", "m2", "m3"})
}

func TestValidate(t *testing.T) {
	c := newCloud(t)
	out, err := c.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: aws.String(onePass)})
	if err != nil || out.Result != types.ValidateStateMachineDefinitionResultCodeOk || len(out.Diagnostics) != 0 {
		t.Errorf("got %+v, %v, want OK without diagnostics", out, err)
	}
	out, err = c.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: aws.String(`{"StartAt":"X","States":{"P":{"Type":"Pass","End":true}}}`)})
	if err != nil || out.Result != types.ValidateStateMachineDefinitionResultCodeFail || len(out.Diagnostics) != 2 || *out.Diagnostics[0].Location != "/StartAt" {
		t.Errorf("got %+v, %v, want FAIL with the missing start and the unreachable state", out, err)
	}
}
