package lambda

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// configuration describes a function.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
type configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string
	Role             string
	Handler          string
	CodeSize         int64
	CodeSha256       string
	Description      string
	Timeout          resource.Int
	MemorySize       resource.Int
	LastModified     string
	Version          string
	PackageType      string
	Architectures    []string
	State            string
	LastUpdateStatus string
	RevisionID       string `json:"RevisionId"`
	TracingConfig    struct{ Mode string }
	EphemeralStorage struct{ Size resource.Int }
	LoggingConfig    loggingOutput
	Environment      *environmentOutput `json:",omitempty"`
	DeadLetterConfig *deadLetterOutput  `json:",omitempty"`
}

type environmentOutput struct{ Variables map[string]string }
type deadLetterOutput struct{ TargetArn string }

type loggingOutput struct {
	LogFormat           string
	LogGroup            string
	ApplicationLogLevel string `json:",omitempty"`
	SystemLogLevel      string `json:",omitempty"`
}

func (r *revision) describe() (configuration, error) {
	f, set := r.function, r.settings
	size, sum, err := r.program.Measure()
	if err != nil {
		return configuration{}, fmt.Errorf("describe %s: %w", f.name, err)
	}
	c := configuration{
		FunctionName: f.name, FunctionArn: r.arn(), Runtime: set.Runtime, Role: set.Role, Handler: set.Handler,
		CodeSize: size, CodeSha256: base64.StdEncoding.EncodeToString(sum), Description: cmp.Or(r.version.description, set.Description),
		Timeout: set.Timeout, MemorySize: set.MemorySize,
		LastModified: r.modified.UTC().Format("2006-01-02T15:04:05.000+0000"),
		Version:      r.version.name, PackageType: "Zip", Architectures: set.Architectures,
		State: "Active", LastUpdateStatus: "Successful", RevisionID: r.id,
		LoggingConfig: r.describeLogging(),
	}
	c.TracingConfig.Mode, c.EphemeralStorage.Size = "PassThrough", 512
	if set.TracingConfig != nil {
		c.TracingConfig.Mode = set.TracingConfig.Mode
	}
	if set.EphemeralStorage != nil {
		c.EphemeralStorage.Size = set.EphemeralStorage.Size
	}
	if variables := set.variables(); len(variables) > 0 {
		c.Environment = &environmentOutput{variables}
	}
	if target := set.deadLetterTarget(); target != "" {
		c.DeadLetterConfig = &deadLetterOutput{target}
	}
	return c, nil
}

func (r *revision) describeLogging() loggingOutput {
	out := loggingOutput{
		LogFormat: string(r.settings.logFormat()), LogGroup: r.logGroup(), ApplicationLogLevel: r.settings.applicationLevel(),
	}
	if out.ApplicationLogLevel != "" {
		out.SystemLogLevel = []string{"DEBUG", "INFO", "WARN"}[r.settings.systemLevel]
	}
	return out
}

type listFunctionsInput struct {
	Marker          string
	MaxItems        int
	FunctionVersion string
}

type listFunctionsOutput struct {
	Functions  []configuration
	NextMarker string `json:",omitempty"`
}

func (s *Service) listAccess(context.Context, *listFunctionsInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "lambda:ListFunctions", Resource: "*"}}, nil
}

// listFunctions returns at most 50 functions at a time; the marker is the
// name of the last one.
func (s *Service) listFunctions(_ context.Context, in *listFunctionsInput) (*listFunctionsOutput, error) {
	limit := 50
	if in.MaxItems > 0 {
		limit = min(limit, in.MaxItems)
	}
	out := &listFunctionsOutput{Functions: []configuration{}}
	for _, f := range s.state.allFunctions() {
		if f.name <= in.Marker {
			continue
		}
		if len(out.Functions) == limit {
			out.NextMarker = out.Functions[limit-1].FunctionName
			break
		}
		c, err := f.now().describe()
		if err != nil {
			return nil, err
		}
		out.Functions = append(out.Functions, c)
	}
	return out, nil
}

func (s *Service) getConfiguration(_ context.Context, in *onFunction) (*configuration, error) {
	f, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	c, err := f.now().describe()
	return &c, err
}

type getFunctionOutput struct {
	Configuration configuration
	Code          struct{ RepositoryType, Location string }
	Tags          map[string]string  `json:",omitempty"`
	Concurrency   *concurrencyOutput `json:",omitempty"`
}

type concurrencyOutput struct{ ReservedConcurrentExecutions resource.Int }

func (s *Service) getFunction(_ context.Context, in *onFunction) (*getFunctionOutput, error) {
	f, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	r := f.now()
	c, err := r.describe()
	if err != nil {
		return nil, err
	}
	out := &getFunctionOutput{Configuration: c}
	out.Code.RepositoryType, out.Code.Location = "S3", "file://"+r.program.Dir
	if reserved := r.settings.ReservedConcurrentExecutions; reserved != nil {
		out.Concurrency = &concurrencyOutput{*reserved}
	}
	if len(r.settings.Tags) > 0 {
		out.Tags = map[string]string{}
		for _, tag := range r.settings.Tags {
			out.Tags[tag.Key] = tag.Value
		}
	}
	return out, nil
}
