package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// cdkCLI is the version of the CDK CLI that the README names.
const cdkCLI = "aws-cdk@2.1148.1"

// measureDeploy times the CDK CLI, its own start included, against a runner
// that is empty at first. The app is synthesized already.
func measureDeploy(ctx context.Context, s settings) (table, error) {
	t := table{title: "`cdk deploy` of the synthesized app against `go run ./local -empty`", head: []string{"command", "wall time"}}
	node, err := nodeVersion(ctx)
	if err != nil {
		return t, fmt.Errorf("find Node.js, which the CDK CLI runs on: %w", err)
	}
	t.note = fmt.Sprintf("%s on Node.js %s, started by npx.", cdkCLI, node)
	binary, err := buildRunner(ctx, s)
	if err != nil {
		return t, err
	}
	assembly := filepath.Join(s.dir, "assembly")
	if err := synthesize(ctx, s, assembly); err != nil {
		return t, err
	}
	steps := []deployStep{
		{name: "first `cdk deploy`", arguments: []string{"deploy", "--require-approval", "never"}},
		{name: "`cdk deploy`, nothing changed", arguments: []string{"deploy", "--require-approval", "never"}},
		{name: "`cdk diff`, nothing changed", arguments: []string{"diff"}},
		{name: "`cdk destroy`", arguments: []string{"destroy", "--force"}},
		{name: "for comparison: `cdk --version`", arguments: []string{"--version"}},
	}
	for range s.rounds {
		if err := timeDeploy(ctx, s, binary, assembly, steps); err != nil {
			return t, err
		}
	}
	for _, step := range steps {
		t.add(step.name, spread(step.seconds, "s"))
	}
	return t, nil
}

// deployStep is a command of the CLI and how long it took, in seconds.
type deployStep struct {
	name      string
	arguments []string
	seconds   []float64
}

// timeDeploy runs the commands one after the other on a runner of their own.
func timeDeploy(ctx context.Context, s settings, binary, assembly string, steps []deployStep) error {
	r, err := launchEmpty(ctx, s, binary, "-empty")
	if err != nil {
		return err
	}
	defer r.stop()
	for i, step := range steps {
		command := exec.CommandContext(ctx, "npx", append([]string{"--yes", cdkCLI, "--app", assembly}, step.arguments...)...)
		command.Dir = s.dir
		command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+r.endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local",
			"AWS_SECRET_ACCESS_KEY=local", "CDK_HOME="+s.dir, "CDK_DISABLE_VERSION_CHECK=1", "CDK_DISABLE_CLI_TELEMETRY=true", "CI=true")
		begun := time.Now()
		if out, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", step.name, err, out)
		}
		steps[i].seconds = append(steps[i].seconds, time.Since(begun).Seconds())
	}
	return nil
}

// synthesize makes an assembly of the app for this machine.
func synthesize(ctx context.Context, s settings, dir string) error {
	command := exec.CommandContext(ctx, "go", "run", ".")
	command.Dir = s.root
	command.Env = append(os.Environ(), "CDK_OUTDIR="+dir,
		fmt.Sprintf(`CDK_CONTEXT_JSON={"target":"%s/%s","email":"bench@example.com"}`, runtime.GOOS, runtime.GOARCH))
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("synthesize the app: %w\n%s", err, out)
	}
	return nil
}
