package cdk

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"eda-demo/test/system"
)

// TestHotswap changes a function and the state machine behind CloudFormation's
// back.
func TestHotswap(t *testing.T) {
	needCLI(t)
	t.Parallel() // each has a cloud of its own, and mostly waits
	c := startCloud(t)
	first := synthesize(t)
	orders := c.deploy(t, first)
	orders.order(t, 1, 100, "OrderCompleted")

	second := changeTemplate(t, changedFunction(t), func(template system.Template) {
		_, machine := find(t, template, "AWS::StepFunctions::StateMachine", "", "")
		machine["DefinitionString"] = strings.Replace(machine["DefinitionString"].(string), `"NumericGreaterThan": 500`, `"NumericGreaterThan": 50`, 1)
	})
	out := c.cdk(t, 0, second, "deploy", "--hotswap")
	says(t, "hotswap", out, "hotswapped", "eda-demo-get-order", "eda-demo-payment-service")
	if _, version, err := orders.status(1); err != nil || version != "2" {
		t.Errorf("the function answers with the version %q, %v; want 2", version, err)
	}
	orders.order(t, 2, 100, "OrderCancelled")

	// The stack's template knows nothing of it, so a deployment brings it there.
	out = c.cdk(t, 1, second, "diff", "--fail")
	says(t, "diff", out, "AWS::StepFunctions::StateMachine", "AWS::Lambda::Function")
	c.cdk(t, 0, second, "deploy", "--require-approval", "never")
	says(t, "diff after a deployment", c.cdk(t, 0, second, "diff", "--fail"), "There were no differences")
	orders.order(t, 3, 100, "OrderCancelled")
}

// TestWatch has the CLI watch the sources of an app, and changes a function.
func TestWatch(t *testing.T) {
	needCLI(t)
	t.Parallel() // each has a cloud of its own, and mostly waits
	c := startCloud(t)
	app := sourcesToChange(t)
	file := filepath.Join(t.TempDir(), "outputs.json")
	flags := []string{"-c", "email=" + email, "-c", "target=" + hostTarget()}
	deploy := c.command(t, app, append([]string{"deploy", "--require-approval", "never", "--outputs-file", file}, flags...)...)
	if out, err := deploy.CombinedOutput(); err != nil {
		t.Fatalf("cdk deploy: %v\n%s", err, out)
	}
	outputs, err := system.ReadOutputs(file)
	if err != nil {
		t.Fatal(err)
	}
	orders := api(outputs["ApiEndpoint"])
	orders.order(t, 1, 100, "OrderCompleted")

	w := watch(t, c.command(t, app, append([]string{"watch"}, flags...)...))
	w.await(t, "the first look", "deployment", "Total time")
	watched := "watched " + rand.Text() // another each time that the test runs
	changeGetOrder(t, app, watched)
	within(t, 90*time.Second, "the changed function answers", func() error {
		_, version, err := orders.status(1)
		if err == nil && version != watched {
			err = fmt.Errorf("it answers with the version %q", version)
		}
		return err
	})
	orders.order(t, 2, 900, "OrderCancelled")
	w.await(t, "the functions' logs", "/aws/lambda/eda-demo-")
}

// watcher is a running `cdk watch`.
type watcher struct {
	mu      sync.Mutex
	printed strings.Builder
}

// watch starts a command that ends with the test, its children included.
func watch(t *testing.T, command *exec.Cmd) *watcher {
	t.Helper()
	w := &watcher{}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			w.mu.Lock()
			fmt.Fprintln(&w.printed, lines.Text())
			w.mu.Unlock()
		}
		command.Wait() // it is told to end below
	}()
	t.Cleanup(func() {
		syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Logf("cdk watch printed:\n%s", w.text())
		}
	})
	return w
}

func (w *watcher) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.printed.String()
}

// await waits until it has printed one of the texts.
func (w *watcher) await(t *testing.T, what string, texts ...string) {
	t.Helper()
	within(t, 90*time.Second, what, func() error {
		for _, text := range texts {
			if strings.Contains(w.text(), text) {
				return nil
			}
		}
		return errors.New("not printed")
	})
}
