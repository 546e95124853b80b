package lambda

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/lambda/functionlog"
	"eda-demo/local/lambda/sandbox"
)

// function is a function. Only policy and async change, and only through the
// store.
type function struct {
	name     string
	arn      string
	settings settings
	dir      string // of the program
	created  time.Time
	role     iam.Principal
	keys     iam.Credentials
	runner   *sandbox.Function
	logs     *functionlog.Group
	call     caller
	inFlight atomic.Int64

	policy policy
	async  *eventInvoke
}

// caller calls an operation of a service in a function's role.
type caller func(ctx context.Context, service, operation string, in, out any) error

// newFunction prepares a function whose settings are checked.
func (s *Service) newFunction(name, dir string, set settings) (*function, error) {
	f := &function{name: name, arn: s.arnPrefix() + name, settings: set, dir: dir, created: time.Now()}
	role, err := s.assume(f)
	if err != nil {
		return nil, err
	}
	if err := s.checkTracing(role, set); err != nil {
		return nil, err
	}
	f.role, f.keys = role, s.config.Door.Directory().Issue(role)
	f.call = func(ctx context.Context, service, operation string, in, out any) error {
		return s.config.Door.Call(ctx, role, service, operation, in, out)
	}
	f.logs = f.newLog(s)
	f.runner = s.programs.Function(sandbox.Config{
		ARN: f.arn, Dir: dir, Timeout: time.Duration(set.Timeout) * time.Second,
		Environ:      func(stream string) []string { return s.environ(f, stream) },
		NewLog:       func(stream string) sandbox.Log { return f.logs.Stream(stream) },
		MaxProcesses: s.config.MaxProcesses, Patience: patience, IdleTime: idleTime,
	})
	return f, nil
}

// assume has Lambda act in the function's role, whose trust policy must allow
// it.
func (s *Service) assume(f *function) (iam.Principal, error) {
	service := iam.Service("lambda.amazonaws.com", s.config.Account, f.arn)
	role, err := s.config.Door.Directory().Assume(service, f.settings.Role, f.name)
	if err != nil {
		return iam.Principal{}, fmt.Errorf("the role defined for the function cannot be assumed by Lambda: %w", err)
	}
	return role, nil
}

// checkTracing refuses active tracing in a role that may not send traces, as
// AWS does: of X-Ray's actions it looks at this one only.
func (s *Service) checkTracing(role iam.Principal, set settings) error {
	if !set.traced() {
		return nil
	}
	access := iam.Access{Action: "xray:PutTraceSegments", Resource: "*"}
	if err := s.config.Door.Directory().Check(role, access); err != nil {
		return fmt.Errorf("the provided execution role does not have permissions to call PutTraceSegments on XRAY: %w", err)
	}
	return nil
}

func (f *function) newLog(s *Service) *functionlog.Group {
	return functionlog.NewGroup(functionlog.Config{
		Group: f.logGroup(), Format: f.settings.logFormat(), Level: f.settings.systemLevel,
		MemoryMB: int64(f.settings.MemorySize), Log: s.config.Log.With("function", f.name),
		Call: func(ctx context.Context, operation string, in, out any) error {
			return f.call(ctx, "logs", operation, in, out)
		},
	})
}

func (f *function) logGroup() string {
	if l := f.settings.LoggingConfig; l != nil && l.LogGroup != "" {
		return l.LogGroup
	}
	return "/aws/lambda/" + f.name
}

// qualifiedARN is the ARN with the version, as invocation records have it.
func (f *function) qualifiedARN() string { return f.arn + ":" + latest }

// enter counts an invocation, or refuses it if too many are in progress.
// Waiting for a process counts too: on AWS it would be running by then.
func (s *Service) enter(f *function) error {
	limit, reason := int64(accountConcurrency), "ConcurrentInvocationLimitExceeded"
	if reserved := f.settings.ReservedConcurrentExecutions; reserved != nil {
		limit, reason = int64(*reserved), "ReservedFunctionConcurrentInvocationLimitExceeded"
	}
	if f.inFlight.Add(1) > limit {
		f.inFlight.Add(-1)
		return tooManyRequests(reason)
	}
	if s.inFlight.Add(1) > accountConcurrency {
		s.leave(f)
		return tooManyRequests("ConcurrentInvocationLimitExceeded")
	}
	return nil
}

func (s *Service) leave(f *function) {
	f.inFlight.Add(-1)
	s.inFlight.Add(-1)
}

func tooManyRequests(reason string) *frontdoor.Error {
	return &frontdoor.Error{
		Code: "TooManyRequestsException", Status: 429, Message: "Rate Exceeded.",
		Members: map[string]any{"Reason": reason},
	}
}

// run invokes a function and waits for its result.
func (s *Service) run(ctx context.Context, f *function, in sandbox.Invocation) (sandbox.Result, error) {
	if err := s.enter(f); err != nil {
		return sandbox.Result{}, err
	}
	defer s.leave(f)
	in.TraceID = traceID(f.settings.traced())
	return f.runner.Invoke(ctx, in)
}
