package frontdoor_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestCLI has the AWS CLI make one call per protocol.
func TestCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes a second to start")
	}
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("aws, the AWS CLI, is not installed")
	}
	_, cfg := serve(t)
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"JSON 1.0", []string{"sqs", "purge-queue", "--queue-url", "http://localhost/q"}, "(AWS.SimpleQueueService.NonExistentQueue) when calling the PurgeQueue operation: no queue http://localhost/q"},
		{"JSON 1.1", []string{"events", "put-events", "--entries", `[{"DetailType":"d","Time":"2026-11-20T22:30:00Z"}]`, "--query", "Entries[0].EventId"}, "d@2026-11-20T22:30:00Z"},
		{"Query", []string{"cloudformation", "describe-stacks", "--stack-name", "EdaDemo", "--query", "Stacks[0].[CreationTime,Outputs[1].OutputValue]"}, "2026-11-20T22:30:00.123"},
		{"REST-JSON", []string{"lambda", "list-functions", "--no-paginate", "--max-items", "2", "--query", "length(Functions)"}, "2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			command := exec.Command(path, append(test.args, "--endpoint-url", aws.ToString(cfg.BaseEndpoint), "--output", "text")...)
			command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=",
				"AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
			out, _ := command.CombinedOutput()
			if !strings.Contains(string(out), test.want) {
				t.Errorf("aws %s\n got %s\nwant %s", strings.Join(test.args, " "), out, test.want)
			}
		})
	}
}
