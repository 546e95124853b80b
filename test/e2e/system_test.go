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
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"eda-demo/test/sources"
	"eda-demo/test/system"
)

// deployment is the deployed app under test.
type deployment struct {
	api     string
	outputs map[string]string
	aws     aws.Config
	// runner is nil if the system is not the local runner.
	runner *runner
}

var (
	sut        deployment
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
	if runnerPath, err = system.BuildRunner(context.Background(), dir); err != nil {
		return nil, err
	}
	r, err := startRunner(filepath.Join(dir, "out.json"), "-context", "email="+email, "-backoff", "0.001")
	if err != nil {
		return nil, err
	}
	sut = deployment{runner: r, aws: aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(r.Endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}}
	return func() {
		r.Stop()
		os.RemoveAll(dir)
	}, sut.readOutputs(r.Outputs)
}

func useDeployment(file string) error {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return err
	}
	sut.aws = cfg
	return sut.readOutputs(file)
}

func (s *deployment) readOutputs(file string) error {
	outputs, err := system.ReadOutputs(file)
	if err != nil {
		return err
	}
	s.outputs = outputs
	s.api = s.output("ApiEndpoint")
	if s.api == "" {
		return fmt.Errorf("%s has no output ApiEndpoint of the stack EdaDemo", file)
	}
	return nil
}

func (s *deployment) output(name string) string { return s.outputs[name] }

// needRunner skips a test that only the local runner can answer. Such tests are
// run again when any source of it has changed.
func needRunner(t *testing.T) *runner {
	t.Helper()
	if sut.runner == nil {
		t.Skip("only the local runner has this")
	}
	if err := sources.Watch("../.."); err != nil {
		t.Fatal(err)
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
	eventuallyWithin(t, patience(), what, check)
}

func eventuallyWithin(t *testing.T, limit time.Duration, what string, check func() error) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: after %v still: %v", what, limit, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
