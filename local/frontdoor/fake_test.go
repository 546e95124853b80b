package frontdoor_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

// The fakes below are as small as a service can be: each shows one protocol.

type getItemInput struct {
	TableName string
	Key       map[string]map[string]string
}

type getItemOutput struct {
	Item map[string]map[string]string `json:",omitempty"`
}

func fakeDynamoDB() frontdoor.Service {
	getItem := func(_ context.Context, in *getItemInput) (*getItemOutput, error) {
		switch in.TableName {
		case "missing":
			return nil, frontdoor.Errorf("ResourceNotFoundException", "no table %s", in.TableName)
		case "cancelled":
			return nil, &frontdoor.Error{
				Code: "TransactionCanceledException", Message: "cancelled",
				Members: map[string]any{"CancellationReasons": []any{map[string]string{"Code": "ConditionalCheckFailed", "Message": "no"}}},
			}
		case "broken":
			return nil, errors.New("a secret of the disk")
		case "panics":
			panic("an index out of range")
		}
		return &getItemOutput{Item: in.Key}, nil
	}
	access := func(_ context.Context, in *getItemInput) ([]iam.Access, error) {
		return []iam.Access{{Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:us-east-1:000000000000:table/" + in.TableName}}, nil
	}
	return frontdoor.Service{
		Name: "dynamodb", Protocol: frontdoor.JSON10, TargetPrefix: "DynamoDB_20120810", CRC32: true,
		Operations: []frontdoor.Operation{
			frontdoor.Op("GetItem", access, getItem),
			frontdoor.Op("DeleteItem", frontdoor.Anyone[getItemInput], func(context.Context, *getItemInput) (*getItemOutput, error) { return nil, nil }),
		},
	}
}

type queueURL struct{ QueueUrl string }

func fakeSQS() frontdoor.Service {
	purge := func(_ context.Context, in *queueURL) (*struct{}, error) {
		return nil, &frontdoor.Error{Code: "QueueDoesNotExist", Message: "no queue " + in.QueueUrl, QueryCode: "AWS.SimpleQueueService.NonExistentQueue"}
	}
	return frontdoor.Service{
		Name: "sqs", Protocol: frontdoor.JSON10, TargetPrefix: "AmazonSQS",
		Operations: []frontdoor.Operation{frontdoor.Op("PurgeQueue", frontdoor.Anyone[queueURL], purge)},
	}
}

type putEventsInput struct {
	Entries []struct {
		Time         frontdoor.Timestamp
		Detail       string
		DetailType   string
		Source       string
		EventBusName string
		Resources    []string
	}
}

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []map[string]string
}

func fakeEvents() frontdoor.Service {
	put := func(_ context.Context, in *putEventsInput) (*putEventsOutput, error) {
		out := &putEventsOutput{}
		for _, entry := range in.Entries {
			out.Entries = append(out.Entries, map[string]string{"EventId": entry.DetailType + "@" + entry.Time.UTC().Format(time.RFC3339Nano)})
		}
		return out, nil
	}
	describe := func(context.Context, *struct{ Name string }) (*struct{}, error) {
		return nil, frontdoor.Errorf("ResourceNotFoundException", "no rule")
	}
	return frontdoor.Service{
		Name: "events", Protocol: frontdoor.JSON11, TargetPrefix: "AWSEvents",
		Operations: []frontdoor.Operation{
			frontdoor.Op("PutEvents", frontdoor.Anyone[putEventsInput], put),
			frontdoor.Op("DescribeRule", frontdoor.Anyone[struct{ Name string }], describe),
		},
	}
}

type messageAttribute struct {
	DataType    string
	StringValue string
	BinaryValue []byte `json:",omitempty"`
}

type publishInput struct {
	TopicArn          string
	Message           string
	MessageAttributes map[string]messageAttribute
}

type publishOutput struct{ MessageId string }

type createTopicInput struct {
	Name       string
	Attributes map[string]string
	Tags       []struct{ Key, Value string }
}

type subscribeInput struct{ Token, TopicArn string }

func fakeSNS() frontdoor.Service {
	topic := func(_ context.Context, in *createTopicInput) (*struct{ TopicArn string }, error) {
		text := in.Name + " " + in.Attributes["DisplayName"]
		for _, tag := range in.Tags {
			text += " " + tag.Key + "=" + tag.Value
		}
		return &struct{ TopicArn string }{text}, nil
	}
	attributes := func(_ context.Context, in *struct{ TopicArn string }) (*struct{ Attributes map[string]string }, error) {
		if in.TopicArn == "missing" {
			return nil, &frontdoor.Error{Code: "NotFound", Message: "no <topic> & \"more\"", Status: http.StatusNotFound}
		}
		return &struct{ Attributes map[string]string }{map[string]string{"DisplayName": "A <b> & c", "Policy": `{"x":1}`}}, nil
	}
	publish := func(_ context.Context, in *publishInput) (*publishOutput, error) {
		a := in.MessageAttributes["a"]
		return &publishOutput{MessageId: in.Message + a.DataType + a.StringValue + string(in.MessageAttributes["b"].BinaryValue)}, nil
	}
	confirm := func(_ context.Context, in *subscribeInput) (*struct{ SubscriptionArn string }, error) {
		return &struct{ SubscriptionArn string }{"confirmed " + in.Token}, nil
	}
	return frontdoor.Service{
		Name: "sns", Protocol: frontdoor.Query, Namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
		DeniedCode: "AuthorizationError", InvalidCode: "InvalidParameter",
		Operations: []frontdoor.Operation{
			frontdoor.Op("CreateTopic", frontdoor.Anyone[createTopicInput], topic),
			frontdoor.Op("GetTopicAttributes", frontdoor.Anyone[struct{ TopicArn string }], attributes),
			frontdoor.Op("Publish", func(_ context.Context, in *publishInput) ([]iam.Access, error) {
				return []iam.Access{{Action: "sns:Publish", Resource: in.TopicArn}}, nil
			}, publish),
			frontdoor.Op("ConfirmSubscription", frontdoor.Anyone[subscribeInput], confirm).Unsigned(),
		},
	}
}

func fakeSTS() frontdoor.Service {
	who := func(ctx context.Context, _ *struct{}) (*struct{ Account, Arn, UserId string }, error) {
		p := frontdoor.Caller(ctx)
		return &struct{ Account, Arn, UserId string }{p.Account, p.ARN, "AIDA"}, nil
	}
	return frontdoor.Service{
		Name: "sts", Protocol: frontdoor.Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Operations: []frontdoor.Operation{frontdoor.Op("GetCallerIdentity", frontdoor.Anyone[struct{}], who)},
	}
}

type stackOutput struct{ OutputKey, OutputValue string }

type stackDescription struct {
	StackName    string
	StackStatus  string
	CreationTime frontdoor.Timestamp
	DeletionTime *frontdoor.Timestamp
	Outputs      []stackOutput
	RoleARN      string `json:",omitempty"`
	internal     string
}

type describeStacksOutput struct {
	Stacks    []stackDescription
	NextToken *string
}

type createStackInput struct {
	StackName  string
	Parameters []struct {
		ParameterKey, ParameterValue string
		UsePreviousValue             bool
	}
	Capabilities    []string
	DisableRollback *bool
	TimeoutInMin    int64 `json:"TimeoutInMinutes"`
}

func fakeCloudFormation() frontdoor.Service {
	describe := func(_ context.Context, in *struct{ StackName string }) (*describeStacksOutput, error) {
		if in.StackName != "EdaDemo" {
			return nil, frontdoor.Errorf("ValidationError", "Stack with id %s does not exist", in.StackName)
		}
		return &describeStacksOutput{Stacks: []stackDescription{{
			StackName: "EdaDemo", StackStatus: "CREATE_COMPLETE", CreationTime: frontdoor.At(created), internal: "hidden",
			Outputs: []stackOutput{{"ApiEndpoint", "http://127.0.0.1:8080"}, {"Bus", "eda-demo"}},
		}}}, nil
	}
	create := func(_ context.Context, in *createStackInput) (*struct{ StackId string }, error) {
		text := in.StackName
		for _, p := range in.Parameters {
			text += " " + p.ParameterKey + "=" + p.ParameterValue
		}
		for _, c := range in.Capabilities {
			text += " " + c
		}
		if in.DisableRollback != nil && *in.DisableRollback && in.TimeoutInMin == 5 {
			text += " ok"
		}
		return &struct{ StackId string }{text}, nil
	}
	return frontdoor.Service{
		Name: "cloudformation", Protocol: frontdoor.Query, Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
		Operations: []frontdoor.Operation{
			frontdoor.Op("DescribeStacks", frontdoor.Anyone[struct{ StackName string }], describe),
			frontdoor.Op("CreateStack", frontdoor.Anyone[createStackInput], create),
		},
	}
}

var created = time.Date(2026, 11, 20, 22, 30, 0, 123e6, time.UTC)

type functionInput struct {
	FunctionName string
	Qualifier    string `json:",omitempty"`
	Payload      []byte `json:",omitempty"`
	Description  string `json:",omitempty"`
	MaxItems     int    `json:",omitempty"`
}

type invocation struct{ payload string }

type functionList struct {
	Functions []struct{ FunctionName string }
}

func fakeLambda() frontdoor.Service {
	invoke := frontdoor.Op("Invoke", frontdoor.Anyone[functionInput], func(_ context.Context, in *functionInput) (*invocation, error) {
		if in.FunctionName == "missing" {
			return nil, &frontdoor.Error{Code: "ResourceNotFoundException", Message: "Function not found", Status: http.StatusNotFound}
		}
		if in.FunctionName == "broken" {
			panic("a nil map")
		}
		return &invocation{in.FunctionName + "/" + in.Qualifier + "/" + string(in.Payload)}, nil
	}).At("POST /2015-03-31/functions/{FunctionName}/invocations", http.StatusOK)
	invoke = frontdoor.Reading(invoke, func(_ *http.Request, body []byte, in *functionInput) error {
		in.Payload = body
		if string(body) == `"panic"` {
			panic("while reading")
		}
		return nil
	})
	invoke = frontdoor.Writing(invoke, func(w http.ResponseWriter, out *invocation) { w.Write([]byte(out.payload)) })
	list := frontdoor.Op("ListFunctions", frontdoor.Anyone[functionInput], func(_ context.Context, in *functionInput) (*functionList, error) {
		return &functionList{make([]struct{ FunctionName string }, in.MaxItems)}, nil
	}).At("GET /2015-03-31/functions", http.StatusOK)
	update := frontdoor.Op("UpdateFunctionConfiguration", frontdoor.Anyone[functionInput], func(_ context.Context, in *functionInput) (*functionInput, error) {
		return in, nil
	}).At("PUT /2015-03-31/functions/{FunctionName}/configuration", http.StatusOK)
	return frontdoor.Service{Name: "lambda", Protocol: frontdoor.RESTJSON, Operations: []frontdoor.Operation{invoke, list, update}}
}

// newDoor returns a door with all fakes.
func newDoor(t testing.TB) *frontdoor.Door {
	t.Helper()
	door := doortest.NewDoor(t)
	for _, service := range []frontdoor.Service{
		fakeDynamoDB(), fakeSQS(), fakeEvents(), fakeSNS(), fakeSTS(), fakeCloudFormation(), fakeLambda(),
	} {
		door.Register(service)
	}
	return door
}

func serve(t testing.TB) (*frontdoor.Door, aws.Config) {
	t.Helper()
	door := newDoor(t)
	return door, doortest.Serve(t, door)
}
