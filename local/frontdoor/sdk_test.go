package frontdoor_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"eda-demo/local/frontdoor/doortest"
)

// wantAPIError checks code, text and HTTP status of an SDK error.
func wantAPIError(t *testing.T, err error, code, message string, status int) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), message) {
		t.Errorf("got %v, want %s: %s", err, code, message)
	}
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() != status {
		t.Errorf("got %v, want HTTP status %d", err, status)
	}
}

func wantType[T error](t *testing.T, err error) (typed T) {
	t.Helper()
	if !errors.As(err, &typed) {
		t.Errorf("got %T (%v), want %T in its chain", err, err, typed)
	}
	return typed
}

func getItem(table string) *dynamodb.GetItemInput {
	return &dynamodb.GetItemInput{TableName: aws.String(table), Key: map[string]ddbtypes.AttributeValue{"id": &ddbtypes.AttributeValueMemberN{Value: "101"}}}
}

func TestJSON10(t *testing.T) {
	_, cfg := serve(t)
	var warnings bytes.Buffer
	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Logger = logging.NewStandardLogger(&warnings) })
	out, err := client.GetItem(t.Context(), getItem("orders"))
	if err != nil {
		t.Fatal(err)
	}
	if n, ok := out.Item["id"].(*ddbtypes.AttributeValueMemberN); !ok || n.Value != "101" {
		t.Errorf("got %v, want the number 101", out.Item)
	}
	if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("orders"), Key: getItem("").Key}); err != nil {
		t.Errorf("an operation without output: got %v", err)
	}
	if warnings.Len() > 0 {
		t.Errorf("the client logs %q, want no warning about checksums", warnings.String())
	}
}

func TestJSONErrors(t *testing.T) {
	_, cfg := serve(t)
	client := dynamodb.NewFromConfig(cfg)
	_, err := client.GetItem(t.Context(), getItem("missing"))
	wantAPIError(t, err, "ResourceNotFoundException", "no table missing", 400)
	if got := wantType[*ddbtypes.ResourceNotFoundException](t, err); got != nil && got.ErrorMessage() != "no table missing" {
		t.Errorf("message: got %q, want %q", got.ErrorMessage(), "no table missing")
	}

	_, err = client.GetItem(t.Context(), getItem("broken"))
	wantAPIError(t, err, "InternalFailure", "unknown error", 500)
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want nothing of the cause", err)
	}

	_, err = client.Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String("orders")})
	wantAPIError(t, err, "UnknownOperationException", `"Query"`, 400)

	in := getItem("orders")
	in.ConsistentRead = aws.Bool(true)
	_, err = client.GetItem(t.Context(), in)
	wantAPIError(t, err, "ValidationException", "member ConsistentRead is not supported", 400)
}

func TestErrorMembers(t *testing.T) {
	_, cfg := serve(t)
	client := dynamodb.NewFromConfig(cfg)
	_, err := client.GetItem(t.Context(), getItem("cancelled"))
	wantAPIError(t, err, "TransactionCanceledException", "cancelled", 400)
	if got := wantType[*ddbtypes.TransactionCanceledException](t, err); got != nil {
		if len(got.CancellationReasons) != 1 || aws.ToString(got.CancellationReasons[0].Code) != "ConditionalCheckFailed" || got.ErrorMessage() != "cancelled" {
			t.Errorf("got %q with reasons %+v, want one reason ConditionalCheckFailed", got.ErrorMessage(), got.CancellationReasons)
		}
	}

	_, err = sqs.NewFromConfig(cfg).PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: aws.String("http://localhost/q")})
	if got := wantType[*sqstypes.QueueDoesNotExist](t, err); got != nil && got.ErrorMessage() != "no queue http://localhost/q" {
		t.Errorf("message: got %q", got.ErrorMessage())
	}
}

func TestJSON11(t *testing.T) {
	_, cfg := serve(t)
	client := eventbridge.NewFromConfig(cfg)
	at := time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC)
	out, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []ebtypes.PutEventsRequestEntry{{
		Detail: aws.String(`{}`), DetailType: aws.String("OrderCreated"), Source: aws.String("order-service"), Time: aws.Time(at),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := aws.ToString(out.Entries[0].EventId), "OrderCreated@2026-11-20T22:30:00Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = client.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("r")})
	if got := wantType[*ebtypes.ResourceNotFoundException](t, err); got != nil && got.ErrorMessage() != "no rule" {
		t.Errorf("message: got %q, want %q", got.ErrorMessage(), "no rule")
	}
}

func TestQuery(t *testing.T) {
	_, cfg := serve(t)
	client := sns.NewFromConfig(cfg)
	topic, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{
		Name: aws.String("n"), Attributes: map[string]string{"DisplayName": "Order & more"},
		Tags: []snstypes.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")}},
	})
	if err != nil || aws.ToString(topic.TopicArn) != "n Order & more a=1 b=2" {
		t.Errorf("CreateTopic: got %v, %v", topic, err)
	}
	attributes, err := client.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String("n")})
	if err != nil || attributes.Attributes["DisplayName"] != "A <b> & c" || attributes.Attributes["Policy"] != `{"x":1}` {
		t.Errorf("GetTopicAttributes: got %v, %v", attributes, err)
	}
	published, err := client.Publish(t.Context(), &sns.PublishInput{
		TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:n"), Message: aws.String("m/"),
		MessageAttributes: map[string]snstypes.MessageAttributeValue{
			"a": {DataType: aws.String("String"), StringValue: aws.String("/v/")},
			"b": {DataType: aws.String("Binary"), BinaryValue: []byte("bytes")},
		},
	})
	if err != nil || aws.ToString(published.MessageId) != "m/String/v/bytes" {
		t.Errorf("Publish: got %v, %v", published, err)
	}
}

func TestQueryErrors(t *testing.T) {
	_, cfg := serve(t)
	client := sns.NewFromConfig(cfg)
	_, err := client.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String("missing")})
	wantAPIError(t, err, "NotFound", `no <topic> & "more"`, 404)
	wantType[*snstypes.NotFoundException](t, err)
	_, err = client.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("n"), DataProtectionPolicy: aws.String("{}")})
	wantAPIError(t, err, "InvalidParameter", "parameter DataProtectionPolicy is not supported", 400)
	_, err = client.ListTopics(t.Context(), &sns.ListTopicsInput{})
	wantAPIError(t, err, "InvalidAction", "The action ListTopics is not valid", 400)
	_, err = cloudformation.NewFromConfig(cfg).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("x")})
	wantAPIError(t, err, "ValidationError", "Stack with id x does not exist", 400)
}

func TestQueryStructures(t *testing.T) {
	_, cfg := serve(t)
	client := cloudformation.NewFromConfig(cfg)
	described, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("EdaDemo")})
	if err != nil || len(described.Stacks) != 1 {
		t.Fatalf("got %v, %v; want one stack", described, err)
	}
	s := described.Stacks[0]
	if s.StackStatus != cfntypes.StackStatusCreateComplete || !aws.ToTime(s.CreationTime).Equal(created) || s.DeletionTime != nil || s.RoleARN != nil {
		t.Errorf("got status %s, created %v, deleted %v, role %v", s.StackStatus, s.CreationTime, s.DeletionTime, s.RoleARN)
	}
	if len(s.Outputs) != 2 || aws.ToString(s.Outputs[0].OutputValue) != "http://127.0.0.1:8080" || aws.ToString(s.Outputs[1].OutputKey) != "Bus" {
		t.Errorf("got outputs %+v", s.Outputs)
	}
	made, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String("S"), DisableRollback: aws.Bool(true), TimeoutInMinutes: aws.Int32(5),
		Capabilities: []cfntypes.Capability{cfntypes.CapabilityCapabilityIam},
		Parameters:   []cfntypes.Parameter{{ParameterKey: aws.String("k"), ParameterValue: aws.String("v")}, {ParameterKey: aws.String("l"), ParameterValue: aws.String("")}},
	})
	if want := "S k=v l= CAPABILITY_IAM ok"; err != nil || aws.ToString(made.StackId) != want {
		t.Errorf("got %v, %v; want %s", made, err, want)
	}
}

func TestRESTJSON(t *testing.T) {
	_, cfg := serve(t)
	client := lambda.NewFromConfig(cfg)
	invoked, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("arn:aws:lambda:us-east-1:000000000000:function:f"), Qualifier: aws.String("live"), Payload: []byte(`{"a":1}`)})
	if want := `arn:aws:lambda:us-east-1:000000000000:function:f/live/{"a":1}`; err != nil || string(invoked.Payload) != want {
		t.Errorf("Invoke: got %v, %v; want %s", invoked, err, want)
	}
	listed, err := client.ListFunctions(t.Context(), &lambda.ListFunctionsInput{MaxItems: aws.Int32(3)})
	if err != nil || len(listed.Functions) != 3 {
		t.Errorf("ListFunctions: got %v, %v; want three functions", listed, err)
	}
	updated, err := client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("f"), Description: aws.String("d")})
	if err != nil || aws.ToString(updated.FunctionName) != "f" || aws.ToString(updated.Description) != "d" {
		t.Errorf("UpdateFunctionConfiguration: got %v, %v", updated, err)
	}
}

func TestRESTJSONErrors(t *testing.T) {
	_, cfg := serve(t)
	client := lambda.NewFromConfig(cfg)
	_, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("missing")})
	wantAPIError(t, err, "ResourceNotFoundException", "Function not found", 404)
	if got := wantType[*lambdatypes.ResourceNotFoundException](t, err); got != nil && aws.ToString(got.Type) != "User" {
		t.Errorf("type: got %v, want User", aws.ToString(got.Type))
	}
	_, err = client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("f"), Timeout: aws.Int32(3)})
	wantAPIError(t, err, "ValidationException", "member Timeout is not supported", 400)
	_, err = client.ListFunctions(t.Context(), &lambda.ListFunctionsInput{Marker: aws.String("x")})
	wantAPIError(t, err, "ValidationException", "parameter Marker is not supported", 400)
	_, err = client.DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: aws.String("f")})
	wantAPIError(t, err, "UnknownOperationException", "DELETE /2015-03-31/functions/f", 400)
}

func TestPanicIsAnswered(t *testing.T) {
	_, cfg := serve(t)
	client := dynamodb.NewFromConfig(cfg)
	_, err := client.GetItem(t.Context(), getItem("panics"))
	wantAPIError(t, err, "InternalFailure", "unknown error", 500)
	for _, in := range []*lambda.InvokeInput{{FunctionName: aws.String("broken")}, {FunctionName: aws.String("f"), Payload: []byte(`"panic"`)}} {
		_, err = lambda.NewFromConfig(cfg).Invoke(t.Context(), in)
		wantAPIError(t, err, "InternalFailure", "unknown error", 500)
	}
	if _, err := client.GetItem(t.Context(), getItem("orders")); err != nil {
		t.Errorf("the next call: got %v, want an answer", err)
	}
}

func TestDenied(t *testing.T) {
	door, cfg := serve(t)
	cfg = doortest.AsRole(t, door, cfg, "reader", `{"Statement":{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:*:*:table/orders"}}`)
	client := dynamodb.NewFromConfig(cfg)
	if _, err := client.GetItem(t.Context(), getItem("orders")); err != nil {
		t.Errorf("allowed: got %v", err)
	}
	_, err := client.GetItem(t.Context(), getItem("others"))
	wantAPIError(t, err, "AccessDeniedException", "User: arn:aws:sts::000000000000:assumed-role/reader/test is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/others because no identity-based policy allows the dynamodb:GetItem action", 400)
	_, err = sns.NewFromConfig(cfg).Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:n"), Message: aws.String("m")})
	wantAPIError(t, err, "AuthorizationError", "is not authorized to perform: sns:Publish", http.StatusForbidden)
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if want := "arn:aws:sts::000000000000:assumed-role/reader/test"; err != nil || aws.ToString(who.Arn) != want {
		t.Errorf("caller: got %v, %v; want %s", who, err, want)
	}
}
