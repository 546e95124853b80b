package eventbridge

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// principalName is the service that calls targets.
const principalName = "events.amazonaws.com"

// parcel is what is handed to a target.
type parcel struct {
	*job
	taskID      string // the same in each attempt
	destination destination
	body        []byte
}

// carrier hands a parcel to a target of one service.
type carrier func(*Service, context.Context, *parcel) error

// carriers are the supported services, as target ARNs name them.
var carriers = map[string]carrier{
	"lambda": (*Service).toLambda,
	"states": (*Service).toStateMachine,
	"logs":   (*Service).toLogGroup,
	"sqs":    (*Service).toQueue,
	"sns":    (*Service).toTopic,
	"events": (*Service).toBus,
}

// principal returns who calls the target: its role if it has one, else
// EventBridge on behalf of the rule.
func (s *Service) principal(p *parcel) (iam.Principal, error) {
	service := iam.Service(principalName, s.Account, p.RuleARN)
	if p.Target.RoleArn == "" {
		return service, nil
	}
	session, err := s.Door.Directory().Assume(service, p.Target.RoleArn, p.taskID)
	if err != nil {
		return iam.Principal{}, &failure{code: "FAILED_TO_ASSUME_ROLE", message: err.Error()}
	}
	return session, nil
}

func (s *Service) call(ctx context.Context, p *parcel, service, operation string, in map[string]any) error {
	principal, err := s.principal(p)
	if err != nil {
		return err
	}
	// Encoded here because the door would escape <, > and & in a payload.
	raw, err := encode(in)
	if err != nil {
		return fmt.Errorf("encode input of %s.%s: %w", service, operation, err)
	}
	return s.Door.Call(ctx, principal, service, operation, raw, nil)
}

// needJSON refuses what a transformer made that is no JSON.
func (p *parcel) needJSON() error {
	if json.Valid(p.body) {
		return nil
	}
	return &failure{code: "INVALID_JSON", message: "The input made for the target is not JSON: " + string(p.body[:min(len(p.body), 200)])}
}

func (s *Service) toLambda(ctx context.Context, p *parcel) error {
	if err := p.needJSON(); err != nil {
		return err
	}
	return s.call(ctx, p, "lambda", "Invoke", map[string]any{
		"FunctionName": p.Target.Arn, "InvocationType": "Event", "Payload": json.RawMessage(p.body),
	})
}

func (s *Service) toStateMachine(ctx context.Context, p *parcel) error {
	if err := p.needJSON(); err != nil {
		return err
	}
	head, err := p.head()
	if err != nil {
		return err
	}
	// The name is the same in each attempt: one that got through although its
	// answer was lost starts nothing a second time.
	err = s.call(ctx, p, "states", "StartExecution", map[string]any{
		"stateMachineArn": p.Target.Arn, "name": head.ID + "_" + p.taskID, "input": string(p.body),
	})
	if frontdoor.Code(err) == "ExecutionAlreadyExists" {
		return nil
	}
	return err
}

func (s *Service) toQueue(ctx context.Context, p *parcel) error {
	return s.call(ctx, p, "sqs", "SendMessage", map[string]any{
		"QueueUrl": "/" + s.Account + "/" + p.destination.resource, "MessageBody": string(p.body),
	})
}

func (s *Service) toTopic(ctx context.Context, p *parcel) error {
	return s.call(ctx, p, "sns", "Publish", map[string]any{"TopicArn": p.Target.Arn, "Message": string(p.body)})
}

// toBus puts the event on another bus as it is, its id included. An event goes
// over two buses at most:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
func (s *Service) toBus(_ context.Context, p *parcel) error {
	if p.Forwarded {
		return &failure{code: "THIRD_ACCOUNT_HOP_DETECTED", message: "An event that came from another event bus can't be sent to a third event bus."}
	}
	bus := strings.TrimPrefix(p.destination.resource, resourcePrefix["events"])
	head, err := p.head()
	if err != nil {
		return err
	}
	principal, err := s.principal(p)
	if err != nil {
		return err
	}
	if err := s.Door.Authorize(principal, "events", s.putAccess(bus, head.Source, head.DetailType, true)); err != nil {
		return err
	}
	return s.forward(bus, &head, p)
}
