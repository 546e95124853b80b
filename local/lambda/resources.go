package lambda

import (
	"context"
	"fmt"

	"eda-demo/local/resource"
)

// createFunction creates an AWS::Lambda::Function.
func (s *Service) createFunction(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var set settings
	if err := definition.Decode(&set); err != nil {
		return resource.Instance{}, err
	}
	set.setDefaults()
	if err := set.check(); err != nil {
		return resource.Instance{}, err
	}
	if err := s.checkReservation(set); err != nil {
		return resource.Instance{}, err
	}
	dir, err := s.config.Code.Code(definition, set.Code.S3Key)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("find the program of %s: %w", set.Code.S3Key, err)
	}
	name := set.FunctionName
	if name == "" {
		name = definition.Name(64)
	}
	f, err := s.newFunction(name, dir, set)
	if err != nil {
		return resource.Instance{}, err
	}
	if err := s.checkDeadLetter(f); err != nil {
		return resource.Instance{}, err
	}
	if err := s.state.addFunction(f); err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: name, Attributes: map[string]any{"Arn": f.arn}}, nil
}

// checkReservation refuses a reservation that leaves too little to the
// account's other functions.
func (s *Service) checkReservation(set settings) error {
	if set.ReservedConcurrentExecutions == nil {
		return nil
	}
	left := accountConcurrency - s.state.reserved() - int64(*set.ReservedConcurrentExecutions)
	if left < unreservedConcurrency {
		return fmt.Errorf("property ReservedConcurrentExecutions: %d decreases account's UnreservedConcurrentExecution below its minimum value of [%d]",
			*set.ReservedConcurrentExecutions, unreservedConcurrency)
	}
	return nil
}

func (s *Service) checkDeadLetter(f *function) error {
	target := f.settings.deadLetterTarget()
	if target == "" {
		return nil
	}
	if err := s.checkDestination(f, target); err != nil {
		return fmt.Errorf("property DeadLetterConfig: %w", err)
	}
	return nil
}
