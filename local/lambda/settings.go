package lambda

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"eda-demo/local/lambda/functionlog"
	"eda-demo/local/resource"
)

// settings are the properties of AWS::Lambda::Function that are supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
type settings struct {
	FunctionName  string
	Description   string
	Handler       string
	Runtime       string
	Role          string
	MemorySize    resource.Int // MB
	Timeout       resource.Int // seconds
	Architectures []string
	Code          code
	PackageType   string
	Environment   *struct{ Variables map[string]string }

	EphemeralStorage *struct{ Size resource.Int } // MB
	LoggingConfig    *loggingConfig
	TracingConfig    *struct{ Mode string }
	DeadLetterConfig *struct{ TargetArn string }

	ReservedConcurrentExecutions *resource.Int
	Tags                         []resource.Tag

	systemLevel functionlog.Level
}

type loggingConfig struct {
	LogFormat           string
	LogGroup            string
	ApplicationLogLevel string
	SystemLogLevel      string
}

func (s *settings) setDefaults() {
	if s.MemorySize == 0 {
		s.MemorySize = 128
	}
	if s.Timeout == 0 {
		s.Timeout = 3
	}
	if len(s.Architectures) == 0 {
		s.Architectures = []string{"x86_64"}
	}
}

// check refuses what AWS would refuse, and what can't be run here: programs
// are not emulated, so Architectures must be this machine's.
func (s *settings) check() error {
	return errors.Join(s.checkProgram(), s.checkLimits(), s.checkLogging(), s.checkTargets(), checkVariables(s.variables()))
}

func (s *settings) checkProgram() error {
	switch {
	case !slices.Contains([]string{"provided.al2023", "provided.al2"}, s.Runtime):
		return fmt.Errorf("property Runtime: %q can't be run here, only provided.al2023 and provided.al2", s.Runtime)
	case s.Handler == "":
		return errors.New("property Handler is missing")
	case s.Code.S3Bucket == "" || s.Code.S3Key == "":
		return errors.New("property Code: only S3Bucket with S3Key is supported")
	case s.PackageType != "" && s.PackageType != "Zip":
		return fmt.Errorf("property PackageType: %q can't be run here, only Zip", s.PackageType)
	case s.Role == "":
		return errors.New("property Role is missing")
	case len(s.Architectures) != 1:
		return fmt.Errorf("property Architectures: %v, want exactly one", s.Architectures)
	case s.Architectures[0] != hostArchitecture():
		return fmt.Errorf("property Architectures: %s programs don't run on this machine, which is %s: build for it with -c target=%s/%s",
			s.Architectures[0], hostArchitecture(), runtime.GOOS, runtime.GOARCH)
	}
	return nil
}

// hostArchitecture is this machine's in the words of Lambda.
func hostArchitecture() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}

const maxDescription = 256 // characters

func (s *settings) checkLimits() error {
	switch {
	case s.FunctionName != "" && !functionName.MatchString(s.FunctionName):
		return fmt.Errorf("property FunctionName: %q is not 1 to 64 letters, digits, - and _", s.FunctionName)
	case len(s.Description) > maxDescription:
		return fmt.Errorf("property Description: %d characters are more than %d", len(s.Description), maxDescription)
	case s.MemorySize < 128 || s.MemorySize > 10240:
		return fmt.Errorf("property MemorySize: %d is not between 128 and 10240", s.MemorySize)
	case s.Timeout < 1 || s.Timeout > 900:
		return fmt.Errorf("property Timeout: %d is not between 1 and 900", s.Timeout)
	case s.EphemeralStorage != nil && (s.EphemeralStorage.Size < 512 || s.EphemeralStorage.Size > 10240):
		return fmt.Errorf("property EphemeralStorage: %d is not between 512 and 10240", s.EphemeralStorage.Size)
	case s.ReservedConcurrentExecutions != nil && *s.ReservedConcurrentExecutions < 0:
		return fmt.Errorf("property ReservedConcurrentExecutions: %d is negative", *s.ReservedConcurrentExecutions)
	case s.TracingConfig != nil && s.TracingConfig.Mode != "Active" && s.TracingConfig.Mode != "PassThrough":
		return fmt.Errorf("property TracingConfig: Mode %q is neither Active nor PassThrough", s.TracingConfig.Mode)
	}
	return nil
}

func (s *settings) checkLogging() error {
	s.systemLevel = functionlog.Info
	l := s.LoggingConfig
	if l == nil {
		return nil
	}
	if l.LogFormat != "" && l.LogFormat != string(functionlog.Text) && l.LogFormat != string(functionlog.JSON) {
		return fmt.Errorf("property LoggingConfig: LogFormat %q is neither Text nor JSON", l.LogFormat)
	}
	if l.LogFormat != string(functionlog.JSON) && (l.ApplicationLogLevel != "" || l.SystemLogLevel != "") {
		return errors.New("property LoggingConfig: log levels need LogFormat JSON")
	}
	if l.ApplicationLogLevel != "" && !slices.Contains([]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}, l.ApplicationLogLevel) {
		return fmt.Errorf("property LoggingConfig: ApplicationLogLevel %q is not known", l.ApplicationLogLevel)
	}
	level, err := functionlog.ParseLevel(l.SystemLogLevel)
	if err != nil {
		return fmt.Errorf("property LoggingConfig: %w", err)
	}
	s.systemLevel = level
	return nil
}

func (s *settings) checkTargets() error {
	target := s.deadLetterTarget()
	if s.DeadLetterConfig != nil && !strings.HasPrefix(target, "arn:aws:sqs:") && !strings.HasPrefix(target, "arn:aws:sns:") {
		return fmt.Errorf("property DeadLetterConfig: TargetArn %q is neither a queue nor a topic", target)
	}
	return nil
}

func (s *settings) deadLetterTarget() string {
	if s.DeadLetterConfig == nil {
		return ""
	}
	return s.DeadLetterConfig.TargetArn
}

func (s *settings) variables() map[string]string {
	if s.Environment == nil {
		return nil
	}
	return s.Environment.Variables
}

func (s *settings) traced() bool { return s.TracingConfig != nil && s.TracingConfig.Mode == "Active" }

func (s *settings) logFormat() functionlog.Format {
	if s.LoggingConfig != nil && s.LoggingConfig.LogFormat == string(functionlog.JSON) {
		return functionlog.JSON
	}
	return functionlog.Text
}

// applicationLevel is the level that programs are told; they filter their own
// lines.
func (s *settings) applicationLevel() string {
	switch {
	case s.logFormat() == functionlog.Text:
		return ""
	case s.LoggingConfig.ApplicationLogLevel == "":
		return "INFO"
	}
	return s.LoggingConfig.ApplicationLogLevel
}
