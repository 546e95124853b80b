package cdk

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"eda-demo/test/sources"
	"eda-demo/test/system"
)

// cli is the version of the CDK CLI that the README names.
const cli = "aws-cdk@2.1148.1"

// command is a call of the CDK CLI in a folder.
func command(t *testing.T, dir string, arguments ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), "npx", append([]string{"--yes", cli}, arguments...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "CDK_DISABLE_VERSION_CHECK=1", "CDK_DISABLE_CLI_TELEMETRY=true", "CI=true")
	return command
}

// run runs the CDK CLI in the app's folder.
func run(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	out, err := command(t, "../..", arguments...).CombinedOutput()
	return string(out), err
}

// fetchCLI has npx get the CDK CLI, and says why it can't.
var fetchCLI = sync.OnceValue(func() (problem string) {
	if out, err := exec.Command("npx", "--yes", cli, "--version").CombinedOutput(); err != nil {
		return fmt.Sprintf("npx can't get the CDK CLI: %v\n%s", err, out)
	}
	return ""
})

func needCLI(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("the CDK CLI takes seconds to start")
	}
	if _, err := exec.LookPath("npx"); err != nil {
		t.Skip("npx is not installed")
	}
	if problem := fetchCLI(); problem != "" {
		t.Skip(problem)
	}
	if err := sources.Watch("../.."); err != nil {
		t.Fatal(err)
	}
}

// cloud is a runner without an app, and the CDK CLI pointed at it.
type cloud struct {
	*system.Runner
	home string // of the CLI's caches
}

// startCloud starts a runner without an app.
func startCloud(t *testing.T, flags ...string) *cloud {
	t.Helper()
	r, err := system.StartIn(t.TempDir(), made(t, buildRunner), append([]string{"-empty", "-backoff", "0.001"}, flags...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Stop()
		if t.Failed() {
			t.Logf("the runner printed:\n%s", r.Printed())
		}
	})
	return &cloud{r, t.TempDir()}
}

// command is a call of the CLI in a folder, pointed at the runner.
func (c *cloud) command(t *testing.T, dir string, arguments ...string) *exec.Cmd {
	t.Helper()
	command := command(t, dir, arguments...)
	command.Env = append(command.Env, "AWS_ENDPOINT_URL="+c.Endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local",
		"AWS_SECRET_ACCESS_KEY=local", "CDK_HOME="+c.home, "AWS_EC2_METADATA_DISABLED=true")
	return command
}

// cdk runs the CLI on an assembly; the exit status has to be as expected.
func (c *cloud) cdk(t *testing.T, status int, assembly string, arguments ...string) string {
	t.Helper()
	command := c.command(t, t.TempDir(), append(arguments, "--app", assembly)...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	if command.ProcessState == nil || command.ProcessState.ExitCode() != status {
		t.Fatalf("cdk %s: %v, want exit status %d; it printed:\n%s", strings.Join(arguments, " "), err, status, out.String())
	}
	return out.String()
}

// config points the AWS SDK at the runner.
func (c *cloud) config() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(c.Endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}

// says fails the test if a text lacks one of the parts.
func says(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s: %q is missing in:\n%s", what, part, text)
		}
	}
}

// saysNot fails the test if a text has one of the parts.
func saysNot(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%s: %q is in:\n%s", what, part, text)
		}
	}
}
