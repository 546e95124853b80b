package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// notice is what goes to a destination or dead-letter target.
type notice struct {
	body       []byte
	attributes map[string]attribute // of a dead letter
	condition  string               // of an invocation record
}

// attribute is a message attribute of SQS and SNS.
type attribute struct {
	DataType    string
	StringValue string
}

type sendMessage struct {
	QueueUrl          string
	MessageBody       string
	MessageAttributes map[string]attribute `json:",omitempty"`
}

type publish struct {
	TopicArn          string
	Message           string
	MessageAttributes map[string]attribute `json:",omitempty"`
}

type putEvents struct{ Entries []eventEntry }

type eventEntry struct {
	Source, DetailType, Detail, EventBusName string
	Resources                                []string
}

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []struct{ ErrorCode, ErrorMessage string }
}

// send delivers a notice to a queue, topic, bus or function, in the role of t.
func (s *Service) send(ctx context.Context, t target, target string, n notice) error {
	switch service(target) {
	case "sqs":
		in := sendMessage{queueURL(target), string(n.body), n.attributes}
		return patiently(ctx, func() error { return t.call(ctx, "sqs", "SendMessage", in, nil) })
	case "sns":
		in := publish{target, string(n.body), n.attributes}
		return patiently(ctx, func() error { return t.call(ctx, "sns", "Publish", in, nil) })
	case "lambda":
		in := map[string]any{"FunctionName": target, "InvocationType": "Event", "Payload": json.RawMessage(n.body)}
		return patiently(ctx, func() error { return t.call(ctx, "lambda", "Invoke", in, nil) })
	case "events":
		return patiently(ctx, func() error { return s.putEvent(ctx, t, target, n) })
	}
	return fmt.Errorf("destination %s is not supported", target)
}

func (s *Service) putEvent(ctx context.Context, t target, bus string, n notice) error {
	kind := "Failure"
	if n.condition == conditionSuccess {
		kind = "Success"
	}
	in := putEvents{[]eventEntry{{
		Source: "lambda", DetailType: "Lambda Function Invocation Result - " + kind,
		Detail: string(n.body), EventBusName: bus, Resources: []string{t.qualifiedARN(), bus},
	}}}
	var out putEventsOutput
	if err := t.call(ctx, "events", "PutEvents", in, &out); err != nil {
		return err
	}
	if out.FailedEntryCount > 0 && len(out.Entries) > 0 {
		return &frontdoor.Error{Code: out.Entries[0].ErrorCode, Message: out.Entries[0].ErrorMessage}
	}
	return nil
}

// service is the service in an ARN.
func service(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[2]
	}
	return ""
}

// queueURL is the URL, without a host, of the queue with an ARN.
func queueURL(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return ""
	}
	return "/" + parts[4] + "/" + parts[5]
}

// destinationActions are what a function's role needs for a destination.
var destinationActions = map[string]string{
	"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction", "events": "events:PutEvents",
}

// checkDestination refuses a destination that the function's role may not
// reach, as AWS does when it is configured.
func (s *Service) checkDestination(role iam.Principal, target string) error {
	action, known := destinationActions[service(target)]
	if !known {
		return fmt.Errorf("destination %q is no queue, topic, function or event bus", target)
	}
	access := iam.Access{Action: action, Resource: target}
	if err := s.config.Door.Directory().Check(role, access); err != nil {
		return fmt.Errorf("the function's execution role does not have permissions to call %s on %s: %w", action, target, err)
	}
	return nil
}
