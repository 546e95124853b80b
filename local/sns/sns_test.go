package sns_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/inbox"
	"eda-demo/local/sns"
	"eda-demo/local/sqs"
	"eda-demo/local/store"
)

const (
	endpoint = "http://127.0.0.1:4566"
	topicARN = "arn:aws:sns:us-east-1:000000000000:orders"
	queueARN = "arn:aws:sqs:us-east-1:000000000000:q"
)

// cloud is SNS with what it delivers to.
type cloud struct {
	t       testing.TB
	door    *frontdoor.Door
	queue   *delivery.Queue
	service *sns.Service
	box     *inbox.Box
	lambda  *functions
	ids     map[string]string // physical ids of what was declared, by logical id
}

func start(t testing.TB) *cloud { return startOn(t, store.Memory()) }

func startOn(t testing.TB, kept *store.Store) *cloud {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	c := &cloud{t: t, door: doortest.NewDoor(t), queue: delivery.New(log, 1, kept), lambda: &functions{}, ids: map[string]string{}}
	t.Cleanup(c.queue.Close)
	var err error
	c.box, err = inbox.New(100, kept)
	check(t, err)
	c.service, err = sns.New(sns.Config{
		Account: doortest.Account, Region: doortest.Region, Endpoint: endpoint,
		Door: c.door, Queue: c.queue, Mailer: c.box, Store: kept, Log: log,
	})
	check(t, err)
	queues, err := sqs.New(doortest.Account, doortest.Region, endpoint, kept)
	check(t, err)
	for _, api := range append(append(c.service.API(), queues.API()...), c.lambda.api()) {
		c.door.Register(api)
	}
	return c
}

// functions stands for Lambda: it notes its invocations, or fails as told.
type functions struct {
	mu       sync.Mutex
	failures []error
	invoked  []string
}

type invokeInput struct {
	FunctionName, InvocationType string
	Payload                      json.RawMessage
}

func (f *functions) api() frontdoor.Service {
	permission, err := iam.ParsePolicy([]byte(`{"Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"*","Condition":{"ArnLike":{"AWS:SourceArn":"` + topicARN + `"}}}}`))
	if err != nil {
		panic(err)
	}
	access := func(_ context.Context, in *invokeInput) ([]iam.Access, error) {
		return []iam.Access{{Action: "lambda:InvokeFunction", Resource: in.FunctionName, ResourcePolicy: permission}}, nil
	}
	return frontdoor.Service{Name: "lambda", Protocol: frontdoor.RESTJSON, Operations: []frontdoor.Operation{
		frontdoor.Op("Invoke", access, f.invoke).At("POST /invoke", http.StatusOK),
	}}
}

func (f *functions) invoke(_ context.Context, in *invokeInput) (*struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.failures) > 0 {
		err := f.failures[0]
		f.failures = f.failures[1:]
		return nil, err
	}
	f.invoked = append(f.invoked, string(in.Payload))
	return &struct{}{}, nil
}

func (f *functions) events() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.invoked...)
}

// call makes a call as the administrator, within the test's clock.
func (c *cloud) call(service, operation string, in map[string]any, out any) error {
	return c.door.Call(c.t.Context(), iam.Admin(doortest.Account), service, operation, in, out)
}

func (c *cloud) must(service, operation string, in map[string]any, out any) {
	c.t.Helper()
	if err := c.call(service, operation, in, out); err != nil {
		c.t.Fatalf("%s.%s: %v", service, operation, err)
	}
}

func (c *cloud) topic() {
	c.t.Helper()
	c.must("sns", "CreateTopic", map[string]any{"Name": "orders", "Attributes": map[string]string{"DisplayName": "Order Notification"}}, nil)
}

// queueFor makes a queue that takes messages of the topic.
func (c *cloud) queueFor(name string) string {
	c.t.Helper()
	arn := "arn:aws:sqs:us-east-1:000000000000:" + name
	policy := `{"Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"` + arn + `","Condition":{"ArnEquals":{"aws:SourceArn":"` + topicARN + `"}}}}`
	c.must("sqs", "CreateQueue", map[string]any{"QueueName": name, "Attributes": map[string]string{"Policy": policy}}, nil)
	return arn
}

func (c *cloud) subscribe(protocol, to string, attributes map[string]string) string {
	c.t.Helper()
	var out struct{ SubscriptionArn string }
	c.must("sns", "Subscribe", map[string]any{
		"TopicArn": topicARN, "Protocol": protocol, "Endpoint": to, "Attributes": attributes, "ReturnSubscriptionArn": true,
	}, &out)
	return out.SubscriptionArn
}

func (c *cloud) publish(in map[string]any) {
	c.t.Helper()
	in["TopicArn"] = topicARN
	c.must("sns", "Publish", in, nil)
}

// received waits for a message in a queue.
func (c *cloud) received(name string) (body string, attributes map[string]struct{ DataType, StringValue string }) {
	c.t.Helper()
	var out struct {
		Messages []struct {
			Body              string
			MessageAttributes map[string]struct{ DataType, StringValue string }
		}
	}
	c.must("sqs", "ReceiveMessage", map[string]any{"QueueUrl": "/000000000000/" + name, "WaitTimeSeconds": 2, "MessageAttributeNames": []string{"All"}}, &out)
	if len(out.Messages) != 1 {
		c.t.Fatalf("queue %s has %d messages, want 1", name, len(out.Messages))
	}
	return out.Messages[0].Body, out.Messages[0].MessageAttributes
}

func codeOf(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return ""
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSubscriptionByMailIsConfirmedThroughItsLink(t *testing.T) {
	c := start(t)
	c.topic()
	cfg := doortest.Serve(t, c.door)
	client := awssns.NewFromConfig(cfg)
	subscribed, err := client.Subscribe(t.Context(), &awssns.SubscribeInput{TopicArn: aws.String(topicARN), Protocol: aws.String("email-json"), Endpoint: aws.String("a@example.com")})
	check(t, err)
	if *subscribed.SubscriptionArn != "pending confirmation" {
		t.Errorf("SubscriptionArn = %q, want pending confirmation", *subscribed.SubscriptionArn)
	}
	list, err := client.ListSubscriptionsByTopic(t.Context(), &awssns.ListSubscriptionsByTopicInput{TopicArn: aws.String(topicARN)})
	check(t, err)
	if len(list.Subscriptions) != 1 || *list.Subscriptions[0].SubscriptionArn != "PendingConfirmation" {
		t.Fatalf("subscriptions = %+v, want one PendingConfirmation", list.Subscriptions)
	}

	var request struct{ SubscribeURL, Token string }
	check(t, json.Unmarshal([]byte(c.firstMail().Body), &request))
	answer, err := http.Get(strings.Replace(request.SubscribeURL, endpoint, *cfg.BaseEndpoint, 1))
	check(t, err)
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != 200 || !strings.Contains(string(body), "<SubscriptionArn>"+topicARN) {
		t.Fatalf("following the link: %s %s", answer.Status, body)
	}

	all, err := client.ListSubscriptions(t.Context(), &awssns.ListSubscriptionsInput{})
	check(t, err)
	arn := all.Subscriptions[0].SubscriptionArn
	got, err := client.GetSubscriptionAttributes(t.Context(), &awssns.GetSubscriptionAttributesInput{SubscriptionArn: arn})
	check(t, err)
	if got.Attributes["PendingConfirmation"] != "false" || got.Attributes["ConfirmationWasAuthenticated"] != "false" {
		t.Errorf("attributes = %v, want confirmed without authentication", got.Attributes)
	}
	again, err := client.ConfirmSubscription(t.Context(), &awssns.ConfirmSubscriptionInput{TopicArn: aws.String(topicARN), Token: &request.Token})
	check(t, err)
	if *again.SubscriptionArn != *arn {
		t.Errorf("confirmed again: %s, want %s", *again.SubscriptionArn, *arn)
	}
	_, err = client.ConfirmSubscription(t.Context(), &awssns.ConfirmSubscriptionInput{TopicArn: aws.String(topicARN), Token: aws.String("wrong")})
	var typed *types.InvalidParameterException
	if !errors.As(err, &typed) {
		t.Errorf("confirm with a wrong token: got %v, want an InvalidParameterException", err)
	}
}

func TestPublishRefusals(t *testing.T) {
	c := start(t)
	c.topic()
	client := awssns.NewFromConfig(doortest.Serve(t, c.door))
	text := func(attribute types.MessageAttributeValue) awssns.PublishInput {
		return awssns.PublishInput{Message: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{"a": attribute}}
	}
	tests := map[string]struct {
		in   awssns.PublishInput
		want string
	}{
		"empty message":         {awssns.PublishInput{Message: aws.String("")}, "InvalidParameter: Invalid parameter: Empty message"},
		"long message":          {awssns.PublishInput{Message: aws.String(strings.Repeat("x", 256<<10+1))}, "InvalidParameter: Invalid parameter: Message too long"},
		"long subject":          {awssns.PublishInput{Message: aws.String("x"), Subject: aws.String(strings.Repeat("x", 101))}, "InvalidParameter: Invalid parameter: Subject"},
		"line break":            {awssns.PublishInput{Message: aws.String("x"), Subject: aws.String("a\nb")}, "InvalidParameter: Invalid parameter: Subject"},
		"structure, no JSON":    {awssns.PublishInput{Message: aws.String("x"), MessageStructure: aws.String("json")}, "JSON message body failed to parse"},
		"structure, no default": {awssns.PublishInput{Message: aws.String(`{"email":"x"}`), MessageStructure: aws.String("json")}, "No default entry"},
		"attribute type":        {text(types.MessageAttributeValue{DataType: aws.String("Text"), StringValue: aws.String("x")}), "ParameterValueInvalid: "},
		"attribute empty":       {text(types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("")}), "ParameterValueInvalid: "},
		"attribute no number":   {text(types.MessageAttributeValue{DataType: aws.String("Number"), StringValue: aws.String("x")}), "ParameterValueInvalid: "},
		"phone":                 {awssns.PublishInput{Message: aws.String("x"), PhoneNumber: aws.String("+1")}, "PhoneNumber"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.in.PhoneNumber == nil {
				test.in.TopicArn = aws.String(topicARN)
			}
			if _, err := client.Publish(t.Context(), &test.in); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	_, err := client.Publish(t.Context(), &awssns.PublishInput{TopicArn: aws.String(topicARN + "x"), Message: aws.String("x")})
	var missing *types.NotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("unknown topic: got %v, want a NotFoundException", err)
	}
	_, err = client.Publish(t.Context(), &awssns.PublishInput{TopicArn: aws.String(topicARN), Message: aws.String("x"), Subject: aws.String(strings.Repeat("é", 100))})
	check(t, err)
}

func TestPublishBatchRules(t *testing.T) {
	c := start(t)
	c.topic()
	client := awssns.NewFromConfig(doortest.Serve(t, c.door))
	entry := func(id, text string) types.PublishBatchRequestEntry {
		return types.PublishBatchRequestEntry{Id: &id, Message: &text}
	}
	many := make([]types.PublishBatchRequestEntry, 11)
	for i := range many {
		many[i] = entry(fmt.Sprint(i), "x")
	}
	for want, entries := range map[string][]types.PublishBatchRequestEntry{
		"EmptyBatchRequest":            {},
		"TooManyEntriesInBatchRequest": many,
		"BatchEntryIdsNotDistinct":     {entry("a", "x"), entry("a", "x")},
		"InvalidBatchEntryId":          {entry("a b", "x")},
		"BatchRequestTooLong":          {entry("a", strings.Repeat("x", 200<<10)), entry("b", strings.Repeat("x", 200<<10))},
	} {
		_, err := client.PublishBatch(t.Context(), &awssns.PublishBatchInput{TopicArn: aws.String(topicARN), PublishBatchRequestEntries: entries})
		if codeOf(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	out, err := client.PublishBatch(t.Context(), &awssns.PublishBatchInput{TopicArn: aws.String(topicARN), PublishBatchRequestEntries: []types.PublishBatchRequestEntry{entry("good", "x"), entry("bad", "")}})
	check(t, err)
	if len(out.Successful) != 1 || *out.Successful[0].Id != "good" || len(out.Failed) != 1 || *out.Failed[0].Code != "InvalidParameter" {
		t.Errorf("got %+v and %+v, want good to succeed and bad to fail", out.Successful, out.Failed)
	}
}

func TestSubscribeRefusals(t *testing.T) {
	c := start(t)
	c.topic()
	c.subscribe("sqs", queueARN, nil)
	for name, test := range map[string]struct {
		protocol, to string
		attributes   map[string]string
		want         string
	}{
		"no address":          {"email", "nobody", nil, "Email address"},
		"two addresses":       {"email", "a@example.com, b@example.com", nil, "Email address"},
		"no queue":            {"sqs", "q", nil, "SQS endpoint ARN"},
		"FIFO queue":          {"sqs", queueARN + ".fifo", nil, "FIFO"},
		"no function":         {"lambda", "arn:aws:lambda:x", nil, "Lambda endpoint ARN"},
		"https":               {"https", "https://example.com", nil, "https is not supported here"},
		"nonsense":            {"pigeon", "x", nil, "does not support this protocol string: pigeon"},
		"unknown attribute":   {"sqs", queueARN + "2", map[string]string{"Colour": "red"}, "Colour"},
		"raw":                 {"sqs", queueARN + "2", map[string]string{"RawMessageDelivery": "yes"}, "RawMessageDelivery"},
		"filter no JSON":      {"sqs", queueARN + "2", map[string]string{"FilterPolicy": "x"}, "failed to parse JSON"},
		"filter operator":     {"sqs", queueARN + "2", map[string]string{"FilterPolicy": `{"a":[{"wildcard":"x*"}]}`}, "Unrecognized match type wildcard"},
		"filter nested":       {"sqs", queueARN + "2", map[string]string{"FilterPolicy": `{"a":{"b":["x"]}}`}, "nested filter policy"},
		"filter six keys":     {"sqs", queueARN + "2", map[string]string{"FilterPolicy": `{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}`}, "more than 5 keys"},
		"filter combinations": {"sqs", queueARN + "2", map[string]string{"FilterPolicy": `{"a":[1,2,3,4,5,6,7,8,9,10,11,12,13],"b":[1,2,3,4,5,6,7,8,9,10,11,12]}`}, "150 combinations"},
		"scope":               {"sqs", queueARN + "2", map[string]string{"FilterPolicyScope": "Body"}, "FilterPolicyScope"},
		"redrive policy":      {"sqs", queueARN + "2", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"x"}`}, "invalid arn"},
		"other attributes":    {"sqs", queueARN, map[string]string{"RawMessageDelivery": "true"}, "already exists with different attributes"},
	} {
		err := c.call("sns", "Subscribe", map[string]any{"TopicArn": topicARN, "Protocol": test.protocol, "Endpoint": test.to, "Attributes": test.attributes}, nil)
		if err == nil || frontdoor.Code(err) != "InvalidParameter" || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want InvalidParameter with %q", name, err, test.want)
		}
	}
}

func TestTopicPolicyAndRoleDecide(t *testing.T) {
	c := start(t)
	c.topic()
	cfg := doortest.Serve(t, c.door)
	stranger := awssns.NewFromConfig(doortest.AsRole(t, c.door, cfg, "stranger", `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`))
	publish := func() error {
		_, err := stranger.Publish(t.Context(), &awssns.PublishInput{TopicArn: aws.String(topicARN), Message: aws.String("x")})
		return err
	}
	var typed *types.AuthorizationErrorException
	if err := publish(); !errors.As(err, &typed) || !strings.Contains(err.Error(), "is not authorized to perform: sns:Publish on resource: "+topicARN) {
		t.Errorf("without a policy: got %v, want an AuthorizationErrorException", err)
	}
	_, err := awssns.NewFromConfig(cfg).SetTopicAttributes(t.Context(), &awssns.SetTopicAttributesInput{TopicArn: aws.String(topicARN), AttributeName: aws.String("Policy"),
		AttributeValue: aws.String(`{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:role/stranger"},"Action":"sns:Publish","Resource":"` + topicARN + `"}}`)})
	check(t, err)
	check(t, publish())
}

func TestTopics(t *testing.T) {
	c := start(t)
	client := awssns.NewFromConfig(doortest.Serve(t, c.door))
	for _, name := range []string{"b", "a", "a"} {
		_, err := client.CreateTopic(t.Context(), &awssns.CreateTopicInput{Name: &name})
		check(t, err)
	}
	list, err := client.ListTopics(t.Context(), &awssns.ListTopicsInput{})
	check(t, err)
	if len(list.Topics) != 2 || *list.Topics[0].TopicArn != "arn:aws:sns:us-east-1:000000000000:a" {
		t.Errorf("topics = %v, want a and b", list.Topics)
	}
	_, err = client.CreateTopic(t.Context(), &awssns.CreateTopicInput{Name: aws.String("a"), Attributes: map[string]string{"DisplayName": "other"}})
	if codeOf(err) != "InvalidParameter" {
		t.Errorf("the same topic otherwise: got %v, want InvalidParameter", err)
	}
	_, err = client.DeleteTopic(t.Context(), &awssns.DeleteTopicInput{TopicArn: list.Topics[0].TopicArn})
	check(t, err)
	_, err = client.GetTopicAttributes(t.Context(), &awssns.GetTopicAttributesInput{TopicArn: list.Topics[0].TopicArn})
	if codeOf(err) != "NotFound" {
		t.Errorf("a deleted topic: got %v, want NotFound", err)
	}
}
