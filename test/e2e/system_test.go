// Package e2e tests the whole system from the outside: over HTTP, and with the
// AWS SDK for Go for what an operator would look at.
//
// Without further settings the tests start the local runner and stop it at the
// end. With EDA_OUTPUTS naming the file that `cdk deploy --outputs-file` wrote,
// and the usual AWS settings in the environment, they run against that
// deployment instead, on AWS or elsewhere; what only the runner has, such as
// the inbox, is then skipped.
package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// system is the deployed app under test.
type system struct {
	api     string
	outputs map[string]string
	aws     aws.Config
	// runner is nil if the system is not the local runner.
	runner *runner
}

var (
	sut        system
	runnerPath string // the compiled runner
)

const email = "customer@example.com"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	stop, err := setUp()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: set up:", err)
		return 1
	}
	defer stop()
	return m.Run()
}

func setUp() (stop func(), err error) {
	if file := os.Getenv("EDA_OUTPUTS"); file != "" {
		return func() {}, useDeployment(file)
	}
	dir, err := os.MkdirTemp("", "eda-demo-e2e-")
	if err != nil {
		return nil, err
	}
	runnerPath = filepath.Join(dir, "local")
	build := exec.Command("go", "build", "-o", runnerPath, "./local")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the runner: %w\n%s", err, out)
	}
	r, err := startRunner(filepath.Join(dir, "out.json"), "-context", "email="+email, "-backoff", "0.001")
	if err != nil {
		return nil, err
	}
	sut = system{runner: r, aws: aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(r.endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}}
	return func() {
		r.stop()
		os.RemoveAll(dir)
	}, sut.readOutputs(r.outputs)
}

func useDeployment(file string) error {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return err
	}
	sut.aws = cfg
	return sut.readOutputs(file)
}

func (s *system) readOutputs(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(raw, &stacks); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	s.outputs = stacks["EdaDemo"]
	s.api = s.output("ApiEndpoint")
	if s.api == "" {
		return fmt.Errorf("%s has no output ApiEndpoint of the stack EdaDemo", file)
	}
	return nil
}

func (s *system) output(name string) string { return s.outputs[name] }

// needRunner skips a test that only the local runner can answer.
func needRunner(t *testing.T) *runner {
	t.Helper()
	if sut.runner == nil {
		t.Skip("only the local runner has this")
	}
	return sut.runner
}

// patience is how long an asynchronous effect may take: retries on AWS pause
// for minutes, the runner's are scaled down.
func patience() time.Duration {
	if sut.runner == nil {
		return 5 * time.Minute
	}
	return 20 * time.Second
}

// eventually waits until check returns nil.
func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	deadline := time.Now().Add(patience())
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: after %v still: %v", what, patience(), err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
