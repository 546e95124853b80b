package template_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// anchors are the headings of the runbook, as GitHub links to them.
func anchors(t *testing.T) []string {
	t.Helper()
	runbook, err := os.ReadFile("../../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	notInLinks := regexp.MustCompile(`[^a-z0-9 _-]`)
	var found []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ +(.*?) *$`).FindAllStringSubmatch(string(runbook), -1) {
		words := notInLinks.ReplaceAllString(strings.ToLower(heading[1]), "")
		found = append(found, strings.ReplaceAll(words, " ", "-"))
	}
	return found
}

func TestEveryAlarmHasItsPlaceInTheRunbook(t *testing.T) {
	have := anchors(t)
	said := regexp.MustCompile(`^[A-Z].{20,}\. What to do: docs/runbook\.md#(alarm-[a-z0-9-]+)$`)
	used := map[string]bool{}
	for _, alarm := range prod().OfType("AWS::CloudWatch::Alarm") {
		description := alarm.Text("AlarmDescription")
		match := said.FindStringSubmatch(description)
		if match == nil || !slices.Contains(have, match[1]) {
			t.Errorf("alarm %s says %q, want what happened and a heading of the runbook, which has %v", alarm.Text("AlarmName"), description, have)
			continue
		}
		used[match[1]] = true
	}
	for _, anchor := range have {
		if strings.HasPrefix(anchor, "alarm-") && !used[anchor] {
			t.Errorf("the runbook has the heading %s, which no alarm leads to", anchor)
		}
	}
}
