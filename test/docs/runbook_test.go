package docs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"eda-demo/test/sources"
)

const runbook = "../../docs/runbook.md"

// block is a block of commands in a document.
type block struct {
	line int
	// mark says where it works: "local" is in the runner and on AWS, "aws" on AWS
	// only, "runner" starts the runner.
	mark     string
	commands string
}

var opening = regexp.MustCompile("^```(\\S*) ?(.*)$")

// blocks are the blocks of shell commands of a document.
func blocks(t *testing.T, file string) []block {
	t.Helper()
	var found []block
	open := false
	for i, line := range strings.Split(read(t, file), "\n") {
		match := opening.FindStringSubmatch(line)
		switch {
		case match != nil && open:
			open = false
		case match != nil:
			open = true
			if match[1] != "sh" {
				t.Fatalf("%s:%d: a block of %q, want sh", file, i+1, match[1])
			}
			found = append(found, block{line: i + 2, mark: match[2]})
		case open:
			found[len(found)-1].commands += line + "\n"
		}
	}
	return found
}

// expected are the texts that the commands' output is to have: "# => text".
func (b block) expected() []string {
	var texts []string
	for _, match := range regexp.MustCompile(`(?m)^# => (.*)$`).FindAllStringSubmatch(b.commands, -1) {
		texts = append(texts, match[1])
	}
	return texts
}

func (b block) uses(program string) bool {
	return regexp.MustCompile(`(?m)(^|[(\s])` + regexp.QuoteMeta(program) + ` `).MatchString(b.commands)
}

// TestRunbookCommandsWork runs the commands of the runbook that are marked so,
// as they are written and in their order, against the runner as the runbook
// starts it.
func TestRunbookCommandsWork(t *testing.T) {
	t.Parallel() // it has a runner of its own
	if testing.Short() {
		t.Skip("compiles and starts the runner")
	}
	if err := sources.Watch("../.."); err != nil {
		t.Fatal(err)
	}
	all := blocks(t, runbook)
	environment := start(t, all)
	ran := 0
	for _, b := range all {
		if b.mark != "local" {
			continue
		}
		ran++
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			if _, err := exec.LookPath("aws"); err != nil && b.uses("aws") {
				t.Skip("there is no AWS CLI here: these commands were not run")
			}
			b.run(t, environment)
		})
	}
	if ran < 10 {
		t.Errorf("%d blocks were run, want 10 or more", ran)
	}
}

// start starts the runner with the flags that the runbook gives, and returns
// the environment for its commands.
func start(t *testing.T, all []block) []string {
	t.Helper()
	var flags []string
	for _, b := range all {
		if line, ok := strings.CutPrefix(strings.TrimSpace(b.commands), "go run ./local "); ok && b.mark == "runner" {
			flags = strings.Fields(line)
		}
	}
	if flags == nil {
		t.Fatal("the runbook does not start the runner")
	}
	runner, outputs := startRunner(t, flags...)
	return append(os.Environ(), "API="+outputs["ApiEndpoint"], "TMPDIR="+t.TempDir(), "AWS_ENDPOINT_URL="+runner.Endpoint,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=")
}

const (
	// commandTimeout is how long a block may take: `go run` compiles.
	commandTimeout = 3 * time.Minute
	// patience is how long a block is run again until it shows what it should:
	// what the blocks before it began goes on by itself.
	patience = 20 * time.Second
	// pause leaves the processors to what is waited for.
	pause = 200 * time.Millisecond
)

func (b block) run(t *testing.T, environment []string) {
	t.Helper()
	for began := time.Now(); ; {
		out, err := b.output(t, environment)
		if err != nil {
			t.Fatalf("the commands of %s:%d: %v\n%s%s", runbook, b.line, err, b.commands, out)
		}
		missing := slices.DeleteFunc(b.expected(), func(text string) bool { return strings.Contains(out, text) })
		if len(missing) == 0 {
			t.Logf("%s%s", b.commands, out)
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("the commands of %s:%d say\n%s\nwant in it %q", runbook, b.line, out, missing)
		}
		time.Sleep(pause)
	}
}

// output runs the commands as a script in the module's folder, which ends with
// the first that fails.
func (b block) output(t *testing.T, environment []string) (string, error) {
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", b.commands)
	shell.Dir, shell.Env = "../..", environment
	// What the shell started ends with it.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) }
	out, err := shell.CombinedOutput()
	return string(out), err
}

// TestRunbookCommandsAreMarked holds that the runbook says of all commands
// where they work.
func TestRunbookCommandsAreMarked(t *testing.T) {
	for _, b := range blocks(t, runbook) {
		switch b.mark {
		case "local", "aws", "runner":
		default:
			t.Errorf("%s:%d is marked %q, want local, aws or runner", runbook, b.line, b.mark)
		}
	}
}
