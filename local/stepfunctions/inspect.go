package stepfunctions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"eda-demo/local/asl"
	"eda-demo/local/frontdoor"
)

type executionInput struct {
	ExecutionARN string `json:"executionArn"`
}

type executionDescription struct {
	ExecutionARN    string               `json:"executionArn"`
	StateMachineARN string               `json:"stateMachineArn"`
	Name            string               `json:"name"`
	Status          string               `json:"status"`
	StartDate       frontdoor.Timestamp  `json:"startDate"`
	StopDate        *frontdoor.Timestamp `json:"stopDate,omitempty"`
	Input           string               `json:"input"`
	InputDetails    included             `json:"inputDetails"`
	Output          string               `json:"output,omitempty"`
	OutputDetails   *included            `json:"outputDetails,omitempty"`
	Error           string               `json:"error,omitempty"`
	Cause           string               `json:"cause,omitempty"`
	RedriveCount    int                  `json:"redriveCount"`
	RedriveStatus   string               `json:"redriveStatus"`
	RedriveReason   string               `json:"redriveStatusReason"`
}

func (s *Service) describeExecution(_ context.Context, in *executionInput) (*executionDescription, error) {
	e, err := s.registry.execution(in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	now := e.now()
	d := &executionDescription{
		ExecutionARN: e.arn, StateMachineARN: e.machine.arn, Name: e.name,
		Status: now.status, StartDate: frontdoor.At(e.started), Input: e.input, InputDetails: included{true},
		Output: string(now.output), Error: now.failure.Name, Cause: now.failure.Cause,
		RedriveStatus: "NOT_REDRIVABLE", RedriveReason: fmt.Sprintf("Execution is %s and cannot be redriven", now.status),
	}
	if now.status != running {
		stopped := frontdoor.At(now.stopped)
		d.StopDate = &stopped
	}
	if now.status == succeeded {
		d.OutputDetails = &included{true}
	}
	return d, nil
}

func (s *Service) describeForExecution(_ context.Context, in *executionInput) (*machineDescription, error) {
	e, err := s.registry.execution(in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	d := e.machine.describe()
	updated := frontdoor.At(e.machine.updated)
	d.UpdateDate = &updated
	return d, nil
}

type stopInput struct {
	ExecutionARN string `json:"executionArn"`
	Error        string `json:"error"`
	Cause        string `json:"cause"`
}

type stopOutput struct {
	StopDate frontdoor.Timestamp `json:"stopDate"`
}

// stopExecution aborts an execution; one that is over stays as it is.
func (s *Service) stopExecution(_ context.Context, in *stopInput) (*stopOutput, error) {
	e, err := s.registry.execution(in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	if err := s.abort(e, &asl.Error{Name: in.Error, Cause: in.Cause}); err != nil {
		return nil, err
	}
	return &stopOutput{frontdoor.At(e.now().stopped)}, nil
}

type listExecutionsInput struct {
	pageInput
	StateMachineARN string `json:"stateMachineArn"`
	StatusFilter    string `json:"statusFilter"`
}

type executionItem struct {
	ExecutionARN    string               `json:"executionArn"`
	StateMachineARN string               `json:"stateMachineArn"`
	Name            string               `json:"name"`
	Status          string               `json:"status"`
	StartDate       frontdoor.Timestamp  `json:"startDate"`
	StopDate        *frontdoor.Timestamp `json:"stopDate,omitempty"`
	RedriveCount    int                  `json:"redriveCount"`
}

type listExecutionsOutput struct {
	Executions []executionItem `json:"executions"`
	NextToken  string          `json:"nextToken,omitempty"`
}

// statuses are what executions can be filtered by. None is ever pending a
// redrive here.
var statuses = []string{succeeded, timedOut, "PENDING_REDRIVE", aborted, failed, running}

// listExecutions lists the newest first. A token names the oldest execution of
// the page before.
func (s *Service) listExecutions(_ context.Context, in *listExecutionsInput) (*listExecutionsOutput, error) {
	if in.StatusFilter != "" && !slices.Contains(statuses, in.StatusFilter) {
		return nil, validation("Value '%s' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
			in.StatusFilter, strings.Join(statuses, ", "))
	}
	limit, before, err := in.page()
	if err != nil {
		return nil, err
	}
	m, err := s.registry.machine(in.StateMachineARN)
	if err != nil {
		return nil, err
	}
	if m.kind == express {
		return nil, notSupported()
	}
	out := &listExecutionsOutput{Executions: []executionItem{}}
	var last int64
	for _, e := range s.registry.executionsBefore(m.arn, before) {
		now := e.now()
		if in.StatusFilter != "" && in.StatusFilter != now.status {
			continue
		}
		if len(out.Executions) == limit {
			out.NextToken = token(last)
			break
		}
		out.Executions = append(out.Executions, e.item(now))
		last = e.sequence
	}
	return out, nil
}

func (e *execution) item(now snapshot) executionItem {
	item := executionItem{
		ExecutionARN: e.arn, StateMachineARN: e.machine.arn, Name: e.name,
		Status: now.status, StartDate: frontdoor.At(e.started),
	}
	if now.status != running {
		stopped := frontdoor.At(now.stopped)
		item.StopDate = &stopped
	}
	return item
}
