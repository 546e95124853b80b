package sqs

import (
	"context"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// outgoing is a message to send, alone or in a batch.
type outgoing struct {
	MessageBody             *string
	DelaySeconds            *resource.Int
	MessageAttributes       map[string]attribute
	MessageSystemAttributes map[string]attribute
	MessageDeduplicationId  string
	MessageGroupId          string
}

type sendMessageInput struct {
	onQueue
	outgoing
}

type sentMessage struct {
	MessageId                    string
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitempty"`
	MD5OfMessageSystemAttributes string `json:",omitempty"`
}

func (s *Service) sendMessage(ctx context.Context, in *sendMessageInput) (*sentMessage, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return q.send(frontdoor.Caller(ctx), in.outgoing)
}

func (q *queue) send(from iam.Principal, out outgoing) (*sentMessage, error) {
	current := q.current()
	if err := out.check(current.numbers["MaximumMessageSize"]); err != nil {
		return nil, err
	}
	delay := current.seconds("DelaySeconds")
	if out.DelaySeconds != nil {
		delay = time.Duration(*out.DelaySeconds) * time.Second
	}
	m := &message{
		id: uuid.NewString(), body: *out.MessageBody, digest: digest(*out.MessageBody), sender: senderID(from),
		user: out.MessageAttributes, group: out.MessageGroupId, trace: out.traceHeader(), sent: time.Now(),
	}
	sent := &sentMessage{
		MessageId: m.id, MD5OfMessageBody: m.digest,
		MD5OfMessageAttributes:       digestOf(out.MessageAttributes),
		MD5OfMessageSystemAttributes: digestOf(out.MessageSystemAttributes),
	}
	if err := q.add(m, delay); err != nil {
		return nil, err
	}
	return sent, nil
}

// senderID is the SenderId of messages from p: AWS gives the unique id of a
// user or role, here it is the last part of the ARN.
func senderID(p iam.Principal) string { return iam.RoleName(p.ARN) }

const maxDelay = 900

func (o outgoing) check(limit int) error {
	switch {
	case o.MessageBody == nil || *o.MessageBody == "":
		return missing("MessageBody")
	case o.DelaySeconds != nil && (*o.DelaySeconds < 0 || *o.DelaySeconds > maxDelay):
		return invalidValue(*o.DelaySeconds, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	case o.MessageDeduplicationId != "":
		return invalidValue(o.MessageDeduplicationId, "MessageDeduplicationId", "The request include parameter that is not valid for this queue type.")
	case !isText(*o.MessageBody):
		return prefixed("InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
	}
	if err := checkAttributes(o.MessageAttributes); err != nil {
		return err
	}
	if err := o.checkSystemAttributes(); err != nil {
		return err
	}
	if o.size() > limit {
		return failure("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
	}
	return nil
}

func (o outgoing) checkSystemAttributes() error {
	for name, value := range o.MessageSystemAttributes {
		if name != "AWSTraceHeader" || value.DataType != "String" || value.StringValue == nil || *value.StringValue == "" {
			return failure("InvalidParameterValue", "Message system attribute '%s' is invalid: only AWSTraceHeader, a non-empty String, can be sent.", name)
		}
	}
	return nil
}

func (o outgoing) traceHeader() string {
	if header, ok := o.MessageSystemAttributes["AWSTraceHeader"]; ok {
		return *header.StringValue
	}
	return ""
}

// size is what counts against the limits, in bytes.
func (o outgoing) size() int {
	size := 0
	if o.MessageBody != nil {
		size = len(*o.MessageBody)
	}
	for name, a := range o.MessageAttributes {
		size += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			size += len(*a.StringValue)
		}
	}
	return size
}
