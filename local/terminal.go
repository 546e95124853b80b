package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"eda-demo/local/chaos"
	"eda-demo/local/eventbridge"
	"eda-demo/local/iam"
	"eda-demo/local/permissions"
	"eda-demo/local/provision"
)

// terminal is what the runner prints for people: what it is doing, how to use
// it once it is ready, and a line for each event. It is safe for concurrent use.
type terminal struct {
	started time.Time

	mu       sync.Mutex
	out      io.Writer
	messages io.Writer
}

func newTerminal(out, messages io.Writer, started time.Time) *terminal {
	return &terminal{out: out, messages: messages, started: started}
}

func (t *terminal) printf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, format, args...)
}

// step tells what takes time from now on.
func (t *terminal) step(what string) {
	t.printf("%6.2f s  %s\n", time.Since(t.started).Seconds(), what)
}

// Write lets the app that is being synthesized speak between the steps.
func (t *terminal) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.messages.Write(text)
}

// ready prints how to use the running system, as lines to paste.
func (t *terminal) ready(r *runner) {
	t.step("ready: " + whatRuns(r) + "; Ctrl-C ends it")
	var text bytes.Buffer
	text.WriteString("\n")
	for i, api := range named(r.apis.Endpoints()) {
		name := "API"
		if i > 0 {
			name = fmt.Sprint("API", i+1)
		}
		fmt.Fprintf(&text, "  export %s=%s\n", name, api.Value)
	}
	fmt.Fprintf(&text, "  export AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=%s\n\n", r.endpoint, region)
	fmt.Fprintf(&text, "  inbox    %s/inbox\n  console  %s/\n\n", r.endpoint, r.endpoint)
	t.printf("%s", text.String())
}

// whatRuns tells the stacks.
func whatRuns(r *runner) string {
	var stacks []string
	for _, s := range r.overview(r.endpoint).Stacks {
		stacks = append(stacks, fmt.Sprintf("%s with %d resources", s.Name, len(s.Resources)))
	}
	if stacks == nil {
		return "an empty account, for the CDK CLI to deploy to"
	}
	return strings.Join(stacks, ", ")
}

// provisioned prints a line for each step of a stack, and for each resource
// that could not become what it was to be.
func (t *terminal) provisioned(e provision.Event) {
	failed := strings.HasSuffix(string(e.Status), "_FAILED")
	if e.Type != provision.StackType && !failed {
		return
	}
	line := fmt.Sprintf("%s  STACK %s %s", e.At.Format("15:04:05.000"), e.Stack.Name, e.Status)
	if e.Type != provision.StackType {
		line += " " + e.LogicalID + " (" + e.Type + ")"
	}
	if e.Reason != "" && e.Reason != "User Initiated" {
		line += ": " + e.Reason
	}
	t.printf("%s\n", line)
}

// detailWidth is how much of an event's detail a line shows, in characters.
const detailWidth = 60

// event prints a line for an event that a bus accepted.
func (t *terminal) event(e eventbridge.Accepted) {
	to := "no rule matches"
	switch {
	case e.Lost:
		to = "LOST: no bus " + e.Bus
	case len(e.Rules) > 0:
		to = "→ " + strings.Join(slices.Sorted(slices.Values(e.Rules)), ", ")
	}
	t.printf("%s  %-16s %-18s %-*s %s\n", time.Now().Format("15:04:05.000"), e.Source, e.DetailType, detailWidth, excerpt(e.Detail), to)
}

// deadLetter prints a line for a delivery that was given up.
func (t *terminal) deadLetter(d eventbridge.DeadLettered) {
	where := "in " + lastPart(d.Queue)
	if d.Lost {
		where = "LOST: " + d.LostBecause
	}
	t.printf("%s  DEAD LETTER %s → %s: %s %s (%s)\n", time.Now().Format("15:04:05.000"),
		lastPart(d.RuleARN), lastPart(d.TargetARN), d.Code, d.Message, where)
}

// fault prints a line for something that goes wrong on purpose, or is tried
// again because of it.
func (t *terminal) fault(f chaos.Injected) {
	if f.Fault == chaos.Retry {
		t.printf("%s  RETRY %s\n", time.Now().Format("15:04:05.000"), f.Where)
		return
	}
	t.printf("%s  FAULT %s: %s: %s\n", time.Now().Format("15:04:05.000"), f.Fault, f.Where, f.About)
}

// denial prints a line for an access that was refused: AWS's sentence.
func (t *terminal) denial(denied *iam.Denied) {
	t.printf("%s  DENIED %v\n", time.Now().Format("15:04:05.000"), denied)
}

// permissions prints what roles were granted, used and denied.
func (t *terminal) permissions(report iam.Report) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(t.out)
	return permissions.Write(t.out, report)
}

func excerpt(detail json.RawMessage) string {
	var compact bytes.Buffer
	if json.Compact(&compact, detail) != nil {
		return ""
	}
	text := []rune(compact.String())
	if len(text) > detailWidth {
		return string(text[:detailWidth-1]) + "…"
	}
	return string(text)
}

// lastPart is the part of an ARN that names the resource.
func lastPart(arn string) string {
	return arn[strings.LastIndexAny(arn, ":/")+1:]
}
