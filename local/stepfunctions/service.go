package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// Config is what the service needs of the runner.
type Config struct {
	Account string
	Region  string
	// Door leads to the services that tasks call.
	Door *frontdoor.Door
	// Store keeps standard executions and state machines.
	Store *store.Store
	Log   *slog.Logger
}

// Service is Step Functions. It is safe for concurrent use.
type Service struct {
	Config
	registry  *registry
	callbacks *callbacks
	logs      *logWriter

	// running ends all executions when it is cancelled.
	running context.Context
	stop    context.CancelCauseFunc
	wg      sync.WaitGroup
}

// errClosed is the cause of ending executions when the runner stops. They are
// not over: nothing of it shows in their state.
var errClosed = errors.New("the runner is stopping")

// New returns Step Functions with what the store has; nothing runs before
// Resume. The caller registers API on the door.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, callbacks: newCallbacks()}
	s.running, s.stop = context.WithCancelCause(context.Background())
	s.registry = newRegistry(config.Store, s.running)
	s.logs = newLogWriter(config)
	if err := s.load(); err != nil {
		s.Close()
		return nil, fmt.Errorf("take over the executions of the run before: %w", err)
	}
	return s, nil
}

// Close interrupts all executions and returns when nothing runs any more.
func (s *Service) Close() {
	s.stop(errClosed)
	s.wg.Wait()
	s.logs.close()
}

// API is the service's operations: AWS JSON 1.0 with the target prefix
// AWSStepFunctions.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "states", Protocol: frontdoor.JSON10, TargetPrefix: "AWSStepFunctions",
		Operations: []frontdoor.Operation{
			frontdoor.Op("CreateStateMachine", s.createAccess, s.createStateMachine),
			frontdoor.Op("UpdateStateMachine", s.updateAccess, s.updateStateMachine),
			frontdoor.Op("DeleteStateMachine", onMachine(s, "states:DeleteStateMachine", func(in *machineInput) string { return in.StateMachineARN }), s.deleteStateMachine),
			frontdoor.Op("DescribeStateMachine", onMachine(s, "states:DescribeStateMachine", func(in *machineInput) string { return in.StateMachineARN }), s.describeStateMachine),
			frontdoor.Op("ListStateMachines", onAny[pageInput]("states:ListStateMachines"), s.listStateMachines),
			frontdoor.Op("ValidateStateMachineDefinition", onAny[validateInput]("states:ValidateStateMachineDefinition"), s.validateDefinition),

			frontdoor.Op("StartExecution", onMachine(s, "states:StartExecution", func(in *startInput) string { return in.StateMachineARN }), s.startExecution),
			frontdoor.Op("StartSyncExecution", onMachine(s, "states:StartSyncExecution", func(in *startInput) string { return in.StateMachineARN }), s.startSyncExecution),
			frontdoor.Op("StopExecution", onExecution(s, "states:StopExecution", func(in *stopInput) string { return in.ExecutionARN }), s.stopExecution),
			frontdoor.Op("DescribeExecution", onExecution(s, "states:DescribeExecution", func(in *executionInput) string { return in.ExecutionARN }), s.describeExecution),
			frontdoor.Op("DescribeStateMachineForExecution", onExecution(s, "states:DescribeStateMachineForExecution", func(in *executionInput) string { return in.ExecutionARN }), s.describeForExecution),
			frontdoor.Op("ListExecutions", onMachine(s, "states:ListExecutions", func(in *listExecutionsInput) string { return in.StateMachineARN }), s.listExecutions),
			frontdoor.Op("GetExecutionHistory", onExecution(s, "states:GetExecutionHistory", func(in *historyInput) string { return in.ExecutionARN }), s.getExecutionHistory),

			frontdoor.Op("SendTaskSuccess", onAny[taskSuccessInput]("states:SendTaskSuccess"), s.sendTaskSuccess),
			frontdoor.Op("SendTaskFailure", onAny[taskFailureInput]("states:SendTaskFailure"), s.sendTaskFailure),
			frontdoor.Op("SendTaskHeartbeat", onAny[taskInput]("states:SendTaskHeartbeat"), s.sendTaskHeartbeat),
		},
	}}
}
