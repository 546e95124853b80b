package lambda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// eventInvoke is how asynchronous invocations of a function are handled: the
// properties of AWS::Lambda::EventInvokeConfig.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
type eventInvoke struct {
	FunctionName             string
	Qualifier                string
	MaximumEventAgeInSeconds *resource.Int
	MaximumRetryAttempts     *resource.Int
	DestinationConfig        struct{ OnFailure, OnSuccess *destination }

	id      string // of the resource
	changed time.Time
}

type destination struct{ Destination string }

var defaultEventInvoke eventInvoke

func (e eventInvoke) maxAge() time.Duration {
	if e.MaximumEventAgeInSeconds == nil {
		return 6 * time.Hour
	}
	return time.Duration(*e.MaximumEventAgeInSeconds) * time.Second
}

func (e eventInvoke) retries() int {
	if e.MaximumRetryAttempts == nil {
		return 2
	}
	return int(*e.MaximumRetryAttempts)
}

func (e eventInvoke) failureTarget() string { return e.DestinationConfig.OnFailure.target() }
func (e eventInvoke) successTarget() string { return e.DestinationConfig.OnSuccess.target() }

func (d *destination) target() string {
	if d == nil {
		return ""
	}
	return d.Destination
}

// createEventInvoke creates an AWS::Lambda::EventInvokeConfig.
func (s *Service) createEventInvoke(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	return s.putEventInvoke(definition, cmp.Or(definition.PhysicalID, definition.Name(128)), s.state.addEventInvoke)
}

// updateEventInvoke updates an AWS::Lambda::EventInvokeConfig. What is in the
// queue is handled as configured when it is attempted.
func (s *Service) updateEventInvoke(_ context.Context, _, next resource.Definition) (resource.Instance, error) {
	return s.putEventInvoke(next, next.PhysicalID, s.state.replaceEventInvoke)
}

func (s *Service) putEventInvoke(definition resource.Definition, id string, put func(target, eventInvoke) error) (resource.Instance, error) {
	settings := eventInvoke{id: id, changed: time.Now()}
	if err := definition.Decode(&settings); err != nil {
		return resource.Instance{}, err
	}
	if _, err := s.functionIn("FunctionName", settings.FunctionName); err != nil {
		return resource.Instance{}, err
	}
	t, err := s.targetIn("Qualifier", settings.FunctionName, settings.Qualifier)
	if err != nil {
		return resource.Instance{}, err
	}
	if err := s.checkEventInvoke(t, settings); err != nil {
		return resource.Instance{}, err
	}
	if err := put(t, settings); err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: id}, nil
}

// deleteEventInvoke deletes an AWS::Lambda::EventInvokeConfig. The function or
// its alias may be gone.
func (s *Service) deleteEventInvoke(_ context.Context, definition resource.Definition) error {
	var settings eventInvoke
	if err := definition.Decode(&settings); err != nil {
		return err
	}
	t, err := s.find(settings.FunctionName, settings.Qualifier)
	if frontdoor.Code(err) == "ResourceNotFoundException" {
		return nil
	}
	if err != nil {
		return err
	}
	s.state.removeEventInvoke(t, definition.PhysicalID)
	return nil
}

func (s *Service) checkEventInvoke(t target, e eventInvoke) error {
	switch {
	case e.MaximumEventAgeInSeconds != nil && (*e.MaximumEventAgeInSeconds < 60 || *e.MaximumEventAgeInSeconds > 21600):
		return fmt.Errorf("property MaximumEventAgeInSeconds: %d is not between 60 and 21600", *e.MaximumEventAgeInSeconds)
	case e.MaximumRetryAttempts != nil && (*e.MaximumRetryAttempts < 0 || *e.MaximumRetryAttempts > 2):
		return fmt.Errorf("property MaximumRetryAttempts: %d is not between 0 and 2", *e.MaximumRetryAttempts)
	}
	var problems []error
	for _, destination := range []string{e.failureTarget(), e.successTarget()} {
		if destination != "" {
			problems = append(problems, s.checkDestination(t.now().role, destination))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("property DestinationConfig: %w", err)
	}
	return nil
}

func (t target) noEventInvoke() *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404,
		Message: "The function " + t.qualifiedARN() + " doesn't have an EventInvokeConfig"}
}

type eventInvokeOutput struct {
	FunctionArn              string
	LastModified             frontdoor.Timestamp
	MaximumEventAgeInSeconds *resource.Int      `json:",omitempty"`
	MaximumRetryAttempts     *resource.Int      `json:",omitempty"`
	DestinationConfig        destinationsOutput `json:",omitzero"`
}

type destinationsOutput struct {
	OnFailure *destination `json:",omitempty"`
	OnSuccess *destination `json:",omitempty"`
}

func (s *Service) getEventInvoke(_ context.Context, in *onFunction) (*eventInvokeOutput, error) {
	t, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	e, configured := s.state.eventInvoke(t)
	if !configured {
		return nil, t.noEventInvoke()
	}
	return &eventInvokeOutput{
		FunctionArn: t.qualifiedARN(), LastModified: frontdoor.At(e.changed),
		MaximumEventAgeInSeconds: e.MaximumEventAgeInSeconds, MaximumRetryAttempts: e.MaximumRetryAttempts,
		DestinationConfig: destinationsOutput{e.DestinationConfig.OnFailure, e.DestinationConfig.OnSuccess},
	}, nil
}
