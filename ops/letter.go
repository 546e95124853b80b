package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// letter is a dead letter of one kind: what a message in a queue says.
type letter interface {
	// what names what could not be delivered or processed.
	what() string
	// where names where it failed.
	where() string
	// why tells the reason, with how often it was tried.
	why() string
	// putBack has it delivered or processed there again. When it returns nil,
	// whoever took it answers for it.
	putBack(ctx context.Context, a *account) error
}

// message is a message of a dead-letter queue.
type message struct {
	letter
	id     string
	handle string
	sent   time.Time
}

func newMessage(m types.Message) message {
	millis, err := strconv.ParseInt(m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], 10, 64)
	sent := time.UnixMilli(millis)
	if err != nil {
		sent = time.Time{}
	}
	return message{letter: readLetter(m), id: aws.ToString(m.MessageId), handle: aws.ToString(m.ReceiptHandle), sent: sent}
}

// readLetter tells the kinds of dead letters apart: EventBridge sends the event
// with message attributes, Lambda a record of the invocation.
func readLetter(m types.Message) letter {
	body := aws.ToString(m.Body)
	if attribute(m, "RULE_ARN") != "" {
		return readUndelivered(m)
	}
	var record struct {
		RequestContext requestContext  `json:"requestContext"`
		RequestPayload json.RawMessage `json:"requestPayload"`
		Batch          *batchInfo      `json:"DDBStreamBatchInfo"`
	}
	err := json.Unmarshal([]byte(body), &record)
	switch {
	case err != nil || record.RequestContext.FunctionARN == "":
		return unknown{body}
	case record.Batch != nil:
		return readBatch(body)
	case len(record.RequestPayload) > 0:
		return readInvocation(body)
	}
	return unknown{body}
}

func attribute(m types.Message, name string) string {
	return aws.ToString(m.MessageAttributes[name].StringValue)
}

// unknown is a message that is no dead letter of EventBridge or Lambda.
type unknown struct{ body string }

func (unknown) what() string  { return "?" }
func (unknown) where() string { return "?" }
func (u unknown) why() string { return "no dead letter that ops knows: " + u.body }

func (unknown) putBack(context.Context, *account) error {
	return errors.New("it is no dead letter of EventBridge or Lambda: look at it yourself")
}

// head is what is shown of an event.
type head struct {
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Time       time.Time       `json:"time"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// describe names an event: its detail type, and what it is about if its detail
// says so by an id.
func describe(event []byte) string {
	var h head
	if err := json.Unmarshal(event, &h); err != nil || h.DetailType == "" {
		return "an event"
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(h.Detail, &fields); err != nil {
		return h.DetailType
	}
	return strings.TrimSpace(h.DetailType + " " + thingOf(fields).id)
}

// resourceName is what an ARN names, for people: "function eda-demo-update-order".
func resourceName(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	kind, name, found := strings.Cut(strings.Replace(parts[5], "/", ":", 1), ":")
	switch {
	case !found:
		return parts[2] + " " + parts[5]
	case kind == "stateMachine":
		kind = "state machine"
	}
	return strings.ReplaceAll(kind, "-", " ") + " " + strings.TrimSuffix(name, ":$LATEST")
}

// times says how often something was done.
func times(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printable is text from outside as one line that does nothing to a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
