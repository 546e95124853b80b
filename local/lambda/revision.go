package lambda

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/iam"
	"eda-demo/local/lambda/functionlog"
	"eda-demo/local/lambda/program"
	"eda-demo/local/lambda/sandbox"
)

// revision is a version of a function as it is configured at a time: it never
// changes.
type revision struct {
	function *function
	version  *version
	settings settings
	program  *program.Program
	id       string
	modified time.Time
	role     iam.Principal
	keys     iam.Credentials
	call     caller
	logs     *functionlog.Group
}

// caller calls an operation of a service in a function's role.
type caller func(ctx context.Context, service, operation string, in, out any) error

// newRevision prepares a revision of a function, whose settings are checked
// in themselves, with a program.
func (s *Service) newRevision(f *function, set settings, code *program.Program) (*revision, error) {
	r := &revision{function: f, version: f.latest, settings: set, program: code, id: uuid.NewString(), modified: time.Now()}
	role, err := s.assume(f, set)
	if err != nil {
		return nil, err
	}
	if err := s.checkTracing(role, set); err != nil {
		return nil, err
	}
	if target := set.deadLetterTarget(); target != "" {
		if err := s.checkDestination(role, target); err != nil {
			return nil, fmt.Errorf("property DeadLetterConfig: %w", err)
		}
	}
	r.role = role
	r.call = func(ctx context.Context, service, operation string, in, out any) error {
		return s.config.Door.Call(ctx, role, service, operation, in, out)
	}
	if previous := f.now(); previous != nil {
		r.keys, r.logs = previous.keys, previous.logs.With(s.logConfig(r))
		if s.config.Door.Directory().Identify(previous.keys.AccessKeyID) == role {
			return r, nil
		}
	} else {
		r.logs = functionlog.NewGroup(s.logConfig(r))
	}
	r.keys = s.config.Door.Directory().Issue(role)
	return r, nil
}

// assume has Lambda act in the function's role, whose trust policy must allow
// it.
func (s *Service) assume(f *function, set settings) (iam.Principal, error) {
	service := iam.Service("lambda.amazonaws.com", s.config.Account, f.arn)
	role, err := s.config.Door.Directory().Assume(service, set.Role, f.name)
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

func (s *Service) logConfig(r *revision) functionlog.Config {
	return functionlog.Config{
		Group: r.logGroup(), Version: r.version.name, Format: r.settings.logFormat(), Level: r.settings.systemLevel,
		MemoryMB: int64(r.settings.MemorySize), Log: s.config.Log.With("function", r.function.name),
		Call: func(ctx context.Context, operation string, in, out any) error {
			return r.call(ctx, "logs", operation, in, out)
		},
	}
}

func (r *revision) logGroup() string {
	if l := r.settings.LoggingConfig; l != nil && l.LogGroup != "" {
		return l.LogGroup
	}
	return "/aws/lambda/" + r.function.name
}

// sandbox is how the revision's processes are started. They use the program
// until the last one has ended.
func (s *Service) sandbox(r *revision) sandbox.Config {
	return sandbox.Config{
		ARN: r.arn(), Version: r.version.name, Dir: r.program.Dir, Timeout: time.Duration(r.settings.Timeout) * time.Second,
		Environ:      func(stream string) []string { return s.environ(r, stream) },
		NewLog:       func(stream string) sandbox.Log { return r.logs.Stream(stream) },
		MaxProcesses: s.config.MaxProcesses, Patience: patience, IdleTime: idleTime,
		Drained: func() { s.release(r.program) },
	}
}

// arn is the ARN of the function, or of the version if it was published.
func (r *revision) arn() string {
	if r.version.name == latest {
		return r.function.arn
	}
	return r.version.arn()
}

// release ends the use of a program.
func (s *Service) release(code *program.Program) {
	if err := code.Release(); err != nil {
		s.config.Log.Warn("a program that is not used any more stays", "error", err)
	}
}

// sameProcesses tells whether processes of the one revision are as good for
// the other: they differ in nothing that a program gets to see, and in no
// limit.
func (r *revision) sameProcesses(other *revision) bool {
	return r.program.Dir == other.program.Dir && r.keys == other.keys &&
		reflect.DeepEqual(r.settings.ofProcesses(), other.settings.ofProcesses())
}

// ofProcesses are the settings that processes depend on.
func (s settings) ofProcesses() settings {
	s.Code, s.Description, s.Tags = code{}, "", nil
	s.DeadLetterConfig, s.ReservedConcurrentExecutions = nil, nil
	return s
}
