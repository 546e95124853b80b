package lambda

import (
	"context"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// updateConfigurationInput is the input of UpdateFunctionConfiguration. What
// is absent stays as it is.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
type updateConfigurationInput struct {
	FunctionName     string
	RevisionID       string `json:"RevisionId"`
	Description      *string
	Handler          *string
	Runtime          *string
	Role             *string
	MemorySize       *resource.Int
	Timeout          *resource.Int
	Environment      *struct{ Variables map[string]string }
	EphemeralStorage *struct{ Size resource.Int }
	LoggingConfig    *loggingConfig
	TracingConfig    *struct{ Mode string }
	DeadLetterConfig *struct{ TargetArn string }
}

func (s *Service) updateConfigurationAccess(_ context.Context, in *updateConfigurationInput) ([]iam.Access, error) {
	return s.accessTo("lambda:UpdateFunctionConfiguration", in.FunctionName, "")
}

// updateConfiguration changes a function until its template does. It is not
// kept: after a restart the function is what its template says.
func (s *Service) updateConfiguration(_ context.Context, in *updateConfigurationInput) (*configuration, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	f.changing.Lock()
	defer f.changing.Unlock()
	previous := f.now()
	set := in.apply(previous.settings)
	if err := f.checkChange(in.RevisionID, &set); err != nil {
		return nil, err
	}
	next, err := s.newRevision(f, set, previous.program)
	if err != nil {
		return nil, invalid(err.Error())
	}
	c, err := next.describe()
	if err != nil {
		return nil, err
	}
	return &c, s.configure(f, next)
}

// apply returns the settings with what the input has.
func (in *updateConfigurationInput) apply(set settings) settings {
	replace(&set.Description, in.Description)
	replace(&set.Handler, in.Handler)
	replace(&set.Runtime, in.Runtime)
	replace(&set.Role, in.Role)
	replace(&set.MemorySize, in.MemorySize)
	replace(&set.Timeout, in.Timeout)
	if in.Environment != nil {
		set.Environment = in.Environment
	}
	if in.EphemeralStorage != nil {
		set.EphemeralStorage = in.EphemeralStorage
	}
	if in.LoggingConfig != nil {
		set.LoggingConfig = in.LoggingConfig
	}
	if in.TracingConfig != nil {
		set.TracingConfig = in.TracingConfig
	}
	if in.DeadLetterConfig != nil {
		set.DeadLetterConfig = in.DeadLetterConfig
		if in.DeadLetterConfig.TargetArn == "" {
			set.DeadLetterConfig = nil
		}
	}
	return set
}

func replace[T any](setting *T, by *T) {
	if by != nil {
		*setting = *by
	}
}
