package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/asl"
	"eda-demo/local/frontdoor"
)

type startInput struct {
	StateMachineARN string  `json:"stateMachineArn"`
	Name            string  `json:"name"`
	Input           *string `json:"input"`
	TraceHeader     string  `json:"traceHeader"`
}

type startOutput struct {
	ExecutionARN string              `json:"executionArn"`
	StartDate    frontdoor.Timestamp `json:"startDate"`
}

func (s *Service) startExecution(_ context.Context, in *startInput) (*startOutput, error) {
	e, err := s.prepare(in)
	if err != nil {
		return nil, err
	}
	e.repeats = e.machine.kind == express
	existing, err := e.begin(s.registry)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		e, err = existing.again(e)
		return &startOutput{e.arn, frontdoor.At(e.started)}, err
	}
	s.launch(e, nil)
	return &startOutput{e.arn, frontdoor.At(e.started)}, nil
}

// again answers a second start under the same name: it is the same execution
// if that is running with the same input.
func (e *execution) again(second *execution) (*execution, error) {
	if e.input == second.input && e.now().status == running {
		return e, nil
	}
	return e, frontdoor.Errorf("ExecutionAlreadyExists", "Execution Already Exists: '%s'", e.arn)
}

// prepare makes an execution that has not started.
func (s *Service) prepare(in *startInput) (*execution, error) {
	m, err := s.registry.machine(in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	name := in.Name
	if name == "" {
		name = uuid.NewString()
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	input := "{}"
	if in.Input != nil {
		input = *in.Input
	}
	if err := checkInput(input); err != nil {
		return nil, err
	}
	arn := s.arn(fmt.Sprintf("%s:%s:%s", executionResource, m.name, name))
	if m.kind == express {
		arn = s.arn(fmt.Sprintf("%s:%s:%s:%s", expressResource, m.name, name, uuid.NewString()))
	}
	e := s.newExecution(m, arn, name, input)
	e.ctx, e.cancel = context.WithCancelCause(m.line.ctx)
	return e, nil
}

func (s *Service) newExecution(m *machine, arn, name, input string) *execution {
	return &execution{
		arn: arn, name: name, machine: m, input: input, started: time.Now(), status: running,
		keep: m.kind == standard, kept: s.Store, observe: s.logs.observer(m),
	}
}

// checkInput refuses what is no JSON text or is too large.
func checkInput(input string) error {
	if len(input) > asl.MaxPayload {
		return validation("Value at 'input' failed to satisfy constraint: Member must have length less than or equal to %d", asl.MaxPayload)
	}
	if input == "" {
		return frontdoor.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'")
	}
	var value json.RawMessage
	if err := json.Unmarshal([]byte(input), &value); err != nil {
		return frontdoor.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: '%v'", err)
	}
	return nil
}

// inputValue decodes an input that checkInput let pass.
func inputValue(input string) any {
	d := json.NewDecoder(bytes.NewReader([]byte(input)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil
	}
	return value
}

type billingDetails struct {
	Memory   int   `json:"billedMemoryUsedInMB"`
	Duration int64 `json:"billedDurationInMilliseconds"`
}

type syncOutput struct {
	ExecutionARN    string              `json:"executionArn"`
	StateMachineARN string              `json:"stateMachineArn"`
	Name            string              `json:"name"`
	StartDate       frontdoor.Timestamp `json:"startDate"`
	StopDate        frontdoor.Timestamp `json:"stopDate"`
	Status          string              `json:"status"`
	Error           string              `json:"error,omitempty"`
	Cause           string              `json:"cause,omitempty"`
	Input           string              `json:"input"`
	InputDetails    included            `json:"inputDetails"`
	Output          string              `json:"output,omitempty"`
	OutputDetails   included            `json:"outputDetails"`
	Billing         billingDetails      `json:"billingDetails"`
}

type included struct {
	Included bool `json:"included"`
}

// startSyncExecution runs an express execution and answers with its result.
// If the caller goes away, the execution goes on.
func (s *Service) startSyncExecution(ctx context.Context, in *startInput) (*syncOutput, error) {
	e, err := s.prepare(in)
	if err != nil {
		return nil, err
	}
	if e.machine.kind != express {
		return nil, notSupported()
	}
	if _, err := e.begin(s.registry); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	s.launch(e, func() { close(done) })
	select {
	case <-done:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for execution %s: %w", e.arn, context.Cause(ctx))
	}
	now := e.now()
	// Durations are billed in steps of 100 ms.
	steps := now.stopped.Sub(e.started)/(100*time.Millisecond) + 1
	return &syncOutput{
		ExecutionARN: e.arn, StateMachineARN: e.machine.arn, Name: e.name,
		StartDate: frontdoor.At(e.started), StopDate: frontdoor.At(now.stopped),
		Status: now.status, Error: now.failure.Name, Cause: now.failure.Cause,
		Input: e.input, InputDetails: included{true}, Output: string(now.output), OutputDetails: included{true},
		Billing: billingDetails{Memory: 64, Duration: int64(steps) * 100},
	}, nil
}

func notSupported() error {
	return frontdoor.Errorf("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}
