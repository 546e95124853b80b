package stepfunctions

import (
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// loggingConfiguration says which events of executions go to which log group.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
type loggingConfiguration struct {
	// Level is OFF, ALL, ERROR or FATAL.
	Level        string           `json:"level"`
	WithData     bool             `json:"includeExecutionData"`
	Destinations []logDestination `json:"destinations,omitempty"`
}

type logDestination struct {
	LogGroup struct {
		ARN string `json:"logGroupArn"`
	} `json:"cloudWatchLogsLogGroup"`
}

func (c loggingConfiguration) orOff() loggingConfiguration {
	if c.Level == "" {
		c.Level = "OFF"
	}
	return c
}

func (c loggingConfiguration) equal(other loggingConfiguration) bool {
	return c.Level == other.Level && c.WithData == other.WithData && slices.Equal(c.Destinations, other.Destinations)
}

// group is the name of the log group; empty if nothing is logged.
func (c loggingConfiguration) group() string {
	if c.Level == "OFF" || len(c.Destinations) == 0 {
		return ""
	}
	_, name, _ := strings.Cut(c.Destinations[0].LogGroup.ARN, ":log-group:")
	return strings.TrimSuffix(name, ":*")
}

// logActions are what AWS needs of the machine's role to deliver logs.
var logActions = []string{
	"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
	"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
}

// checkLogging refuses a configuration that AWS would refuse.
func (s *Service) checkLogging(m *machine) error {
	c := m.logging
	if !slices.Contains([]string{"OFF", "ALL", "ERROR", "FATAL"}, c.Level) {
		return validation("Value '%s' at 'loggingConfiguration.level' failed to satisfy constraint: Member must satisfy enum value set: [ALL, ERROR, FATAL, OFF]", c.Level)
	}
	if c.Level == "OFF" {
		return nil
	}
	if len(c.Destinations) != 1 {
		return invalidLogging("Must specify exactly one Log Destination")
	}
	arn := c.Destinations[0].LogGroup.ARN
	if !strings.HasPrefix(arn, "arn:aws:logs:"+s.Region+":"+s.Account+":log-group:") || !strings.HasSuffix(arn, ":*") {
		return invalidLogging("Log Destination " + arn + " is no log group's ARN that ends in :*")
	}
	for _, action := range logActions {
		if err := s.Door.Directory().Check(m.role, iam.Access{Action: action, Resource: "*"}); err != nil {
			return &frontdoor.Error{Code: "AccessDeniedException", Message: "The state machine IAM Role is not authorized to access the Log Destination: " + err.Error()}
		}
	}
	return nil
}

func invalidLogging(reason string) error {
	return frontdoor.Errorf("InvalidLoggingConfiguration", "Invalid Logging Configuration: '%s'", reason)
}

// logs tells whether events of a type are logged at the level:
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level
func (c loggingConfiguration) logs(kind string) bool {
	switch c.Level {
	case "ALL":
		return true
	case "ERROR":
		return strings.HasSuffix(kind, "Failed") || strings.HasSuffix(kind, "Aborted") || strings.HasSuffix(kind, "TimedOut") ||
			kind == "FailStateEntered"
	case "FATAL":
		return kind == "ExecutionFailed" || kind == "ExecutionAborted" || kind == "ExecutionTimedOut"
	}
	return false
}
