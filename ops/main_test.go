package main

import (
	"strings"
	"testing"

	"eda-demo/local/frontdoor/doortest"
)

func TestUnusableArguments(t *testing.T) {
	w := newWorld(t)
	w.queue(t, "q")
	for _, arguments := range []string{
		"", "nonsense", "help nonsense", "redrive extra", "redrive -nonsense", "redrive -max x", "redrive -max -1",
		"redrive -yes", "redrive -queue none", "replay", "replay -from yesterday", "replay -from 1h -to 2h", "replay -from -1h",
		"replay -from 1h -to soon", "replay -from 1h -rule=", "policy extra",
		"timeline", "timeline -booking B1 -order 1", "timeline -order x", "timeline -order 0", `timeline -booking "`, "timeline -booking a*",
		`timeline -correlation a"b`, "timeline -booking B1 -from soon", "timeline -booking B1 extra",
	} {
		if status, out := w.run(t, "", strings.Fields(arguments)...); status != exitUsage || out == "" {
			t.Errorf("ops %s: status %d, printed %q; want 2 and a reason", arguments, status, out)
		}
	}
}

func TestHelp(t *testing.T) {
	w := newWorld(t)
	tests := map[string][]string{
		"help":          {"redrive", "replay", "policy", "AWS_ENDPOINT_URL", "Exit status"},
		"-h":            {"redrive"},
		"help redrive":  {"-queue", "-max", "-yes", "Putting back twice does no harm"},
		"redrive -help": {"-queue"},
		"help replay":   {"-from", "-to", "-rule", "-wait", "RFC 3339"},
		"help policy":   {"IAM policy"},
		"help timeline": {"-booking", "-order", "-correlation", "-from", "again"},
	}
	for arguments, texts := range tests {
		w.expect(t, 0, texts, strings.Fields(arguments)...)
	}
}

// TestPolicyIsNeeded: without it, an operator may do nothing.
func TestPolicyIsNeeded(t *testing.T) {
	w := newWorld(t)
	w.queue(t, "q")
	w.act(t, accountOf(doortest.AsRole(t, w.door, w.admin, "nobody", `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)))
	for _, arguments := range []string{"redrive", "replay -from 1h", "policy", "timeline -order 1"} {
		w.expect(t, exitFailed, []string{"is not authorized to perform: cloudformation:DescribeStacks"}, strings.Fields(arguments)...)
	}
}
