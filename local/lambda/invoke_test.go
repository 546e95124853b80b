package lambda_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

func TestInvoke(t *testing.T) {
	c := start(t)
	c.function(`,"Environment":{"Variables":{"COLOR":"blue"}},"TracingConfig":{"Mode":"Active"}`)
	out := c.invoke(`{"text":"hello"}`)
	if out.StatusCode != 200 || string(out.Payload) != `"hello"` || out.FunctionError != nil || *out.ExecutedVersion != "$LATEST" {
		t.Errorf("got %d %s error %v version %s, want 200 \"hello\" of $LATEST", out.StatusCode, out.Payload, out.FunctionError, *out.ExecutedVersion)
	}
	var who struct{ Environ []string }
	if err := json.Unmarshal(c.invoke(`{"do":"who"}`).Payload, &who); err != nil {
		t.Fatal(err)
	}
	environ := strings.Join(who.Environ, "\n")
	if err := contains(environ, "COLOR=blue", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=f",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/f",
		"AWS_ACCESS_KEY_ID=ASIA", "AWS_SESSION_TOKEN=", "AWS_ENDPOINT_URL="+*c.config.BaseEndpoint, "LAMBDA_TASK_ROOT="+programDir,
		"TZ=:UTC", "_HANDLER=bootstrap", "_X_AMZN_TRACE_ID=Root=1-", "Sampled=1"); err != nil {
		t.Errorf("environment: %v", err)
	}
	for _, name := range []string{"f", "f:$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:f", "000000000000:function:f"} {
		if _, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String(name)}); err != nil {
			t.Errorf("invoke %s: %v", name, err)
		}
	}
}

func TestInvokeReportsFunctionErrors(t *testing.T) {
	c := start(t)
	c.function("")
	out := c.invoke(`{"do":"fail","text":"no luck"}`)
	if out.StatusCode != 200 || aws.ToString(out.FunctionError) != "Unhandled" || !strings.Contains(string(out.Payload), "no luck") {
		t.Errorf("got %d %q %s, want 200 Unhandled with the error", out.StatusCode, aws.ToString(out.FunctionError), out.Payload)
	}
}

func TestInvokeTail(t *testing.T) {
	c := start(t)
	c.function("")
	out, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("f"), LogType: types.LogTypeTail, Payload: []byte(`{"do":"print","text":"x"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	tail, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		t.Fatal(err)
	}
	if err := contains(string(tail), "START RequestId: ", " Version: $LATEST\nto stdout x\nto stderr x\nEND RequestId: ",
		"REPORT RequestId: ", "Memory Size: 128 MB", "Init Duration: "); err != nil {
		t.Error(err)
	}
}

func TestDryRun(t *testing.T) {
	c := start(t)
	c.function("")
	out, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f"), InvocationType: types.InvocationTypeDryRun})
	if err != nil || out.StatusCode != 204 {
		t.Errorf("status %d, %v, want 204", out.StatusCode, err)
	}
	if n := c.service.Stats()["f"].Invocations; n != 0 {
		t.Errorf("%d invocations, want 0", n)
	}
}

func TestInvokeRefusals(t *testing.T) {
	c := start(t)
	c.function("")
	tests := []struct {
		name string
		in   sdk.InvokeInput
		want string
	}{
		{"unknown function", sdk.InvokeInput{FunctionName: aws.String("g")}, "ResourceNotFoundException"},
		{"unknown version", sdk.InvokeInput{FunctionName: aws.String("f"), Qualifier: aws.String("7")}, "ResourceNotFoundException"},
		{"not JSON", sdk.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"a":`)}, "InvalidRequestContentException"},
		{"large", sdk.InvokeInput{FunctionName: aws.String("f"), Payload: large(6<<20 + 1)}, "RequestTooLargeException"},
		{"large event", sdk.InvokeInput{FunctionName: aws.String("f"), InvocationType: "Event", Payload: large(1<<20 + 1)}, "RequestTooLargeException"},
		{"other type", sdk.InvokeInput{FunctionName: aws.String("f"), InvocationType: "Later"}, "ValidationException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := c.client.Invoke(t.Context(), &test.in); errorCode(err) != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// large returns a JSON string of n bytes.
func large(n int) []byte { return []byte(`"` + strings.Repeat("x", n-2) + `"`) }

func TestReservedConcurrencyThrottles(t *testing.T) {
	c := start(t)
	c.function(`,"ReservedConcurrentExecutions":1`)
	done := make(chan error)
	go func() {
		_, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"sleep":500}`)})
		done <- err
	}()
	eventually(t, "the first invocation runs", func() bool { return c.service.Stats()["f"].Invocations == 1 })
	_, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f")})
	if errorCode(err) != "TooManyRequestsException" {
		t.Errorf("error %v, want TooManyRequestsException", err)
	}
	if err := <-done; err != nil {
		t.Errorf("the first invocation: %v", err)
	}
	if _, err := c.tryCreate("Function", functionProperties(`,"ReservedConcurrentExecutions":900`)); err == nil {
		t.Error("a reservation of 900 beside one of 1 is accepted, want it refused: 100 must be left")
	}
}

func TestPermissions(t *testing.T) {
	c := start(t)
	c.function("")
	allowed := sdk.NewFromConfig(doortest.AsRole(t, c.door, c.config, "allowed",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f"}}`))
	other := sdk.NewFromConfig(doortest.AsRole(t, c.door, c.config, "other", workerPolicy))
	in := &sdk.InvokeInput{FunctionName: aws.String("f")}
	if _, err := allowed.Invoke(t.Context(), in); err != nil {
		t.Errorf("a role that may: %v", err)
	}
	if _, err := other.Invoke(t.Context(), in); errorCode(err) != "AccessDeniedException" {
		t.Errorf("a role that may not: %v, want AccessDeniedException", err)
	}
	call := func(source string) error {
		rule := iam.Service("events.amazonaws.com", doortest.Account, "arn:aws:events:us-east-1:000000000000:rule/"+source)
		return c.door.Call(t.Context(), rule, "lambda", "Invoke", map[string]string{"FunctionName": "f"}, nil)
	}
	if err := call("mine"); err == nil {
		t.Error("a rule without a permission is let in")
	}
	c.create("Permission", `{"FunctionName":"f","Action":"lambda:InvokeFunction","Principal":"events.amazonaws.com","SourceArn":"arn:aws:events:us-east-1:000000000000:rule/mine"}`)
	if err := call("mine"); err != nil {
		t.Errorf("the rule with a permission: %v", err)
	}
	if err := call("other"); err == nil {
		t.Error("another rule is let in")
	}
}

func TestAddAndRemovePermission(t *testing.T) {
	c := start(t)
	c.function("")
	f := aws.String("f")
	if _, err := c.client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: f}); errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("policy before any permission: %v, want ResourceNotFoundException", err)
	}
	add := &sdk.AddPermissionInput{
		FunctionName: f, StatementId: aws.String("s1"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("sns.amazonaws.com"), SourceAccount: aws.String("000000000000"),
	}
	if _, err := c.client.AddPermission(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	if _, err := c.client.AddPermission(t.Context(), add); errorCode(err) != "ResourceConflictException" {
		t.Errorf("the same id again: %v, want ResourceConflictException", err)
	}
	out, err := c.client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: f})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s1","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000"}}}]}`
	if *out.Policy != want {
		t.Errorf("policy %s, want %s", *out.Policy, want)
	}
	for _, wantCode := range []string{"<nil>", "ResourceNotFoundException"} {
		_, err := c.client.RemovePermission(t.Context(), &sdk.RemovePermissionInput{FunctionName: f, StatementId: aws.String("s1")})
		if errorCode(err) != wantCode {
			t.Errorf("remove: %v, want %s", err, wantCode)
		}
	}
}

func TestDescribe(t *testing.T) {
	c := start(t)
	c.function(`,"Description":"a function","Timeout":"7","MemorySize":256,"LoggingConfig":{"LogFormat":"JSON","LogGroup":"own"},"Tags":[{"Key":"k","Value":"v"}]`)
	list, err := c.client.ListFunctions(t.Context(), &sdk.ListFunctionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Functions) != 1 || *list.Functions[0].FunctionName != "f" {
		t.Errorf("functions %+v, want f", list.Functions)
	}
	got, err := c.client.GetFunctionConfiguration(t.Context(), &sdk.GetFunctionConfigurationInput{FunctionName: aws.String("f")})
	if err != nil {
		t.Fatal(err)
	}
	if *got.Timeout != 7 || *got.MemorySize != 256 || got.State != types.StateActive || *got.LoggingConfig.LogGroup != "own" ||
		got.LoggingConfig.LogFormat != types.LogFormatJson || got.CodeSize == 0 || got.Runtime != types.RuntimeProvidedal2023 {
		t.Errorf("configuration %+v, want what the template says", got)
	}
	f, err := c.client.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("f")})
	if err != nil || f.Tags["k"] != "v" {
		t.Errorf("function %+v, %v, want its tag", f, err)
	}
}

func BenchmarkInvokeInProcess(b *testing.B) {
	c := start(b)
	c.function("")
	admin := iam.Admin(doortest.Account)
	in := map[string]any{"FunctionName": "f", "Payload": json.RawMessage(`{"text":"hello"}`)}
	for b.Loop() {
		var out struct{ Payload json.RawMessage }
		if err := c.door.Call(b.Context(), admin, "lambda", "Invoke", in, &out); err != nil {
			b.Fatal(err)
		}
	}
}
