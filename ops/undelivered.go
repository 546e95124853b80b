package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// undelivered is an event that a rule could not deliver to its target:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
type undelivered struct {
	rule      string // ARN
	target    string // ARN
	code      string
	message   string
	condition string // the limit of the retry policy that was reached
	retries   int
	event     string
}

func readUndelivered(m types.Message) undelivered {
	retries, err := strconv.Atoi(attribute(m, "RETRY_ATTEMPTS"))
	if err != nil {
		retries = 0
	}
	return undelivered{
		rule: attribute(m, "RULE_ARN"), target: attribute(m, "TARGET_ARN"), code: attribute(m, "ERROR_CODE"),
		message: attribute(m, "ERROR_MESSAGE"), condition: attribute(m, "EXHAUSTED_RETRY_CONDITION"),
		retries: retries, event: aws.ToString(m.Body),
	}
}

func (u undelivered) what() string { return describe([]byte(u.event)) }

func (u undelivered) where() string {
	_, name := ruleOf(u.rule)
	return "rule " + name + " to " + resourceName(u.target)
}

func (u undelivered) why() string {
	tried := times(u.retries, "retry")
	if u.retries != 1 {
		tried = fmt.Sprintf("%d retries", u.retries)
	}
	if u.condition != "" {
		tried += ", " + u.condition
	}
	return u.code + " (" + tried + "): " + u.message
}

// ruleOf returns the bus and the name in a rule's ARN; the default bus is left
// out in it.
func ruleOf(arn string) (bus, name string) {
	_, path, _ := strings.Cut(arn, ":rule/")
	if slash := strings.LastIndexByte(path, '/'); slash >= 0 {
		return path[:slash], path[slash+1:]
	}
	return "default", path
}

// putBack calls the rule's target, as it is now, as the rule would.
func (u undelivered) putBack(ctx context.Context, a *account) error {
	var event head
	if err := json.Unmarshal([]byte(u.event), &event); err != nil || event.ID == "" {
		return errors.New("the message is no event")
	}
	target, err := u.currentTarget(ctx, a)
	if err != nil {
		return err
	}
	if target.InputPath != nil || target.InputTransformer != nil {
		return fmt.Errorf("target %s makes its input with an InputPath or InputTransformer, which only EventBridge can do", aws.ToString(target.Id))
	}
	d := targeted{undelivered: u, account: a, head: event, arn: aws.ToString(target.Arn), input: u.event}
	if target.Input != nil {
		d.input = *target.Input
	}
	return d.deliver(ctx)
}

// currentTarget is the target that failed, as it is configured now, or the one
// that a rule with a single target has instead.
func (u undelivered) currentTarget(ctx context.Context, a *account) (eventtypes.Target, error) {
	bus, name := ruleOf(u.rule)
	out, err := a.buses.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &bus, Rule: &name})
	if err != nil {
		return eventtypes.Target{}, fmt.Errorf("find the target of rule %s: %w", name, err)
	}
	for _, target := range out.Targets {
		if aws.ToString(target.Arn) == u.target || len(out.Targets) == 1 {
			return target, nil
		}
	}
	return eventtypes.Target{}, fmt.Errorf("rule %s has no target %s any more", name, u.target)
}

// targeted is an event on its way to a target.
type targeted struct {
	undelivered
	*account
	head
	arn   string
	input string
}

// deliver hands the event to the target by the service in its ARN.
func (d targeted) deliver(ctx context.Context) error {
	deliver := map[string]func(context.Context) error{
		"lambda": d.invoke, "states": d.start, "logs": d.log, "sqs": d.send, "events": d.put,
	}
	parts := strings.SplitN(d.arn, ":", 6)
	if len(parts) < 6 || deliver[parts[2]] == nil {
		return fmt.Errorf("targets like %s are not supported", d.arn)
	}
	return deliver[parts[2]](ctx)
}

func (d targeted) invoke(ctx context.Context) error {
	return d.invokeAsync(ctx, d.arn, []byte(d.input))
}

// invokeAsync leaves retries and failures to Lambda.
func (a *account) invokeAsync(ctx context.Context, function string, payload []byte) error {
	_, err := a.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: aws.String(unqualified(function)), InvocationType: lambdatypes.InvocationTypeEvent, Payload: payload,
	})
	if err != nil {
		return fmt.Errorf("invoke %s: %w", resourceName(function), err)
	}
	return nil
}

// unqualified leaves out what an ARN says of a function that is not versioned.
func unqualified(function string) string { return strings.TrimSuffix(function, ":$LATEST") }

// start starts an execution under a name that is the same each time: the second
// is refused, or answered as the first was while it runs.
func (d targeted) start(ctx context.Context) error {
	sum := sha256.Sum256([]byte(d.rule))
	name := fmt.Sprintf("redrive-%.50s-%x", d.ID, sum[:4])
	_, err := d.machines.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &d.arn, Name: &name, Input: &d.input})
	var exists *sfntypes.ExecutionAlreadyExists
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("start %s: %w", resourceName(d.arn), err)
	}
	return nil
}

// log writes to a log stream of its own, so that what came late can be told.
func (d targeted) log(ctx context.Context) error {
	_, group, _ := strings.Cut(d.arn, ":log-group:")
	group = strings.TrimSuffix(group, ":*")
	_, rule := ruleOf(d.rule)
	stream := "redriven-" + rule
	_, err := d.logs.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream})
	var exists *logstypes.ResourceAlreadyExistsException
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("create log stream %s in %s: %w", stream, group, err)
	}
	out, err := d.logs.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: &group, LogStreamName: &stream,
		LogEvents: []logstypes.InputLogEvent{{Message: &d.input, Timestamp: aws.Int64(d.Time.UnixMilli())}},
	})
	if err != nil {
		return fmt.Errorf("write to log group %s: %w", group, err)
	}
	if out.RejectedLogEventsInfo != nil {
		return fmt.Errorf("log group %s refuses the event of %s: it is too old", group, d.Time)
	}
	return nil
}

func (d targeted) send(ctx context.Context) error {
	parts := strings.SplitN(d.arn, ":", 6)
	url, err := d.queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &parts[5]})
	if err == nil {
		_, err = d.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url.QueueUrl, MessageBody: &d.input})
	}
	if err != nil {
		return fmt.Errorf("send to queue %s: %w", parts[5], err)
	}
	return nil
}

func (d targeted) put(ctx context.Context) error {
	out, err := d.buses.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{{
		EventBusName: &d.arn, Source: &d.Source, DetailType: &d.DetailType, Detail: aws.String(string(d.Detail)),
		Time: &d.Time, Resources: d.Resources,
	}}})
	if err == nil && out.FailedEntryCount > 0 {
		err = fmt.Errorf("%s: %s", aws.ToString(out.Entries[0].ErrorCode), aws.ToString(out.Entries[0].ErrorMessage))
	}
	if err != nil {
		return fmt.Errorf("put the event on %s: %w", resourceName(d.arn), err)
	}
	return nil
}
