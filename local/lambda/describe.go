package lambda

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

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

func (f *function) describe() (configuration, error) {
	size, sum, err := f.code()
	if err != nil {
		return configuration{}, fmt.Errorf("read the program of %s: %w", f.name, err)
	}
	set := f.settings
	c := configuration{
		FunctionName: f.name, FunctionArn: f.arn, Runtime: set.Runtime, Role: set.Role, Handler: set.Handler,
		CodeSize: size, CodeSha256: base64.StdEncoding.EncodeToString(sum), Description: set.Description,
		Timeout: set.Timeout, MemorySize: set.MemorySize,
		LastModified: f.created.UTC().Format("2006-01-02T15:04:05.000+0000"),
		Version:      latest, PackageType: "Zip", Architectures: set.Architectures,
		State: "Active", LastUpdateStatus: "Successful", RevisionID: revision(sum),
		LoggingConfig: f.describeLogging(),
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

func (f *function) describeLogging() loggingOutput {
	out := loggingOutput{
		LogFormat: string(f.settings.logFormat()), LogGroup: f.logGroup(), ApplicationLogLevel: f.settings.applicationLevel(),
	}
	if out.ApplicationLogLevel != "" {
		out.SystemLogLevel = []string{"DEBUG", "INFO", "WARN"}[f.settings.systemLevel]
	}
	return out
}

// code returns the size and the SHA-256 of the function's program. On AWS both
// are those of the ZIP file.
func (f *function) code() (int64, []byte, error) {
	raw, err := os.ReadFile(filepath.Join(f.dir, "bootstrap"))
	if err != nil {
		return 0, nil, err
	}
	sum := sha256.Sum256(raw)
	return int64(len(raw)), sum[:], nil
}

// revision makes an id of what it identifies a revision of.
func revision(of []byte) string { return uuid.NewSHA1(uuid.NameSpaceOID, of).String() }

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
		c, err := f.describe()
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
	c, err := f.describe()
	return &c, err
}

type getFunctionOutput struct {
	Configuration configuration
	Code          struct{ RepositoryType, Location string }
	Tags          map[string]string  `json:",omitempty"`
	Concurrency   *concurrencyOutput `json:",omitempty"`
}

type concurrencyOutput struct{ ReservedConcurrentExecutions resource.Int }

func (s *Service) getFunction(ctx context.Context, in *onFunction) (*getFunctionOutput, error) {
	c, err := s.getConfiguration(ctx, in)
	if err != nil {
		return nil, err
	}
	f := s.state.function(c.FunctionName)
	out := &getFunctionOutput{Configuration: *c}
	out.Code.RepositoryType, out.Code.Location = "S3", "file://"+f.dir
	if reserved := f.settings.ReservedConcurrentExecutions; reserved != nil {
		out.Concurrency = &concurrencyOutput{*reserved}
	}
	if len(f.settings.Tags) > 0 {
		out.Tags = map[string]string{}
		for _, tag := range f.settings.Tags {
			out.Tags[tag.Key] = tag.Value
		}
	}
	return out, nil
}
