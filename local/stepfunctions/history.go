package stepfunctions

import (
	"context"
	"slices"
	"strings"
	"time"

	"eda-demo/local/asl"
	"eda-demo/local/frontdoor"
)

type historyInput struct {
	pageInput
	ExecutionARN         string `json:"executionArn"`
	ReverseOrder         bool   `json:"reverseOrder"`
	IncludeExecutionData *bool  `json:"includeExecutionData"`
}

type historyOutput struct {
	Events    []map[string]any `json:"events"`
	NextToken string           `json:"nextToken,omitempty"`
}

// getExecutionHistory lists the events. A token says how many were listed.
func (s *Service) getExecutionHistory(_ context.Context, in *historyInput) (*historyOutput, error) {
	limit, from, err := in.page()
	if err != nil {
		return nil, err
	}
	e, err := s.registry.execution(in.ExecutionARN)
	if err != nil {
		return nil, err
	}
	events := e.history()
	if in.ReverseOrder {
		events = slices.Clone(events)
		slices.Reverse(events)
	}
	events = events[min(from, int64(len(events))):]
	out := &historyOutput{Events: []map[string]any{}}
	if len(events) > limit {
		events = events[:limit]
		out.NextToken = token(from + int64(limit))
	}
	for _, h := range events {
		out.Events = append(out.Events, s.historyEvent(e, h, in.IncludeExecutionData == nil || *in.IncludeExecutionData))
	}
	return out, nil
}

// historyEvent is an event as the API has it:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
func (s *Service) historyEvent(e *execution, h event, withData bool) map[string]any {
	kind, details := s.details(e, h, withData)
	out := map[string]any{
		"id": h.id, "previousEventId": h.Previous, "timestamp": frontdoor.At(h.at), "type": kind,
	}
	if details != nil {
		out[detailsMember(kind)] = details
	}
	return out
}

// detailsMember is the member that has the details of a type of event.
func detailsMember(kind string) string {
	switch {
	case strings.HasSuffix(kind, "StateEntered"):
		kind = "StateEntered"
	case strings.HasSuffix(kind, "StateExited"):
		kind = "StateExited"
	}
	return strings.ToLower(kind[:1]) + kind[1:] + "EventDetails"
}

// details returns an event's type and details; nil where it has none.
func (s *Service) details(e *execution, h event, withData bool) (string, map[string]any) {
	d := describer{event: h, withData: withData}
	switch {
	case h.life != "":
		return h.life, d.ofLife(e)
	case h.Resource != "":
		return d.ofTask(s.Region)
	}
	switch h.Type {
	case asl.StateEntered:
		return h.Kind + "StateEntered", d.data("input", map[string]any{"name": h.State})
	case asl.StateExited:
		return h.Kind + "StateExited", d.data("output", map[string]any{"name": h.State})
	case asl.StateAborted:
		return h.Kind + "StateAborted", nil
	case asl.MapStarted:
		return "MapStateStarted", map[string]any{"length": h.Length}
	}
	if name, ok := iterationEvents[h.Type]; ok {
		return name, map[string]any{"name": h.State, "index": h.Index}
	}
	return plainEvents[h.Type], nil
}

var iterationEvents = map[asl.EventType]string{
	asl.IterationStarted: "MapIterationStarted", asl.IterationSucceeded: "MapIterationSucceeded",
	asl.IterationFailed: "MapIterationFailed", asl.IterationAborted: "MapIterationAborted",
}

var plainEvents = map[asl.EventType]string{
	asl.ParallelStarted: "ParallelStateStarted", asl.ParallelSucceeded: "ParallelStateSucceeded", asl.ParallelFailed: "ParallelStateFailed",
	asl.MapSucceeded: "MapStateSucceeded", asl.MapFailed: "MapStateFailed",
}

// taskEvents are the types of task events, without the word they begin with.
var taskEvents = map[asl.EventType]string{
	asl.TaskScheduled: "Scheduled", asl.TaskStarted: "Started", asl.TaskSubmitted: "Submitted",
	asl.TaskSucceeded: "Succeeded", asl.TaskFailed: "Failed", asl.TaskTimedOut: "TimedOut",
}

// describer makes the details of one event.
type describer struct {
	event
	withData bool
}

// data adds the event's data under a name, and whether it is all of it.
func (d describer) data(name string, details map[string]any) map[string]any {
	if d.withData {
		details[name] = string(d.Data)
	}
	details[name+"Details"] = map[string]any{"truncated": false}
	return details
}

func (d describer) failure(details map[string]any) map[string]any {
	if d.Err != nil && d.Err.Name != "" {
		details["error"] = d.Err.Name
	}
	if d.Err != nil && d.Err.Cause != "" {
		details["cause"] = d.Err.Cause
	}
	return details
}

func (d describer) ofLife(e *execution) map[string]any {
	switch d.life {
	case "ExecutionStarted":
		return d.data("input", map[string]any{"roleArn": e.machine.roleARN})
	case "ExecutionSucceeded":
		return d.data("output", map[string]any{})
	}
	return d.failure(map[string]any{})
}

// ofTask describes an event of a task: of a Lambda function's if the resource
// is one, else of an integration's.
func (d describer) ofTask(region string) (string, map[string]any) {
	if isFunction(d.Resource) {
		return "LambdaFunction" + taskEvents[d.Type], d.ofFunction()
	}
	service, operation := splitResource(d.Resource)
	details := map[string]any{"resourceType": service, "resource": operation}
	switch d.Type {
	case asl.TaskScheduled:
		details["region"] = region
		if details["parameters"] = "{}"; d.withData {
			details["parameters"] = string(d.Data)
		}
		addSeconds(details, "timeoutInSeconds", d.Timeout)
		addSeconds(details, "heartbeatInSeconds", d.Heartbeat)
	case asl.TaskSubmitted, asl.TaskSucceeded:
		d.data("output", details)
	case asl.TaskFailed, asl.TaskTimedOut:
		d.failure(details)
	}
	return "Task" + taskEvents[d.Type], details
}

func (d describer) ofFunction() map[string]any {
	switch d.Type {
	case asl.TaskScheduled:
		details := d.data("input", map[string]any{"resource": d.Resource})
		addSeconds(details, "timeoutInSeconds", d.Timeout)
		return details
	case asl.TaskSucceeded:
		return d.data("output", map[string]any{})
	case asl.TaskFailed, asl.TaskTimedOut:
		return d.failure(map[string]any{})
	}
	return nil
}

func addSeconds(details map[string]any, name string, d time.Duration) {
	if d > 0 {
		details[name] = int64(d / time.Second)
	}
}
