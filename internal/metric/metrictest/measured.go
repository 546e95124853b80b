// Package metrictest reads what logs measure.
package metrictest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/internal/metric"
)

// Lines are the lines of a log.
func Lines(t *testing.T, log string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for text := range strings.Lines(log) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("decoding %s: %v", text, err)
		}
		found = append(found, line)
	}
	return found
}

// Measured are the values that a log has, each as "name value", in order. Lines
// that measure must have the members as given, and a correlation.
func Measured(t *testing.T, log string, members map[string]any) []string {
	t.Helper()
	var found []string
	for _, line := range Lines(t, log) {
		if line["_aws"] == nil {
			continue
		}
		for name, want := range members {
			if line[name] != want || line["correlationId"] == nil || line["correlationId"] == "" {
				t.Errorf("logged %v, want %s %v and a correlation", line, name, want)
			}
		}
		for _, m := range metric.All() {
			if value, has := line[m.Name]; has {
				found = append(found, fmt.Sprint(m.Name, " ", value))
			}
		}
	}
	return found
}

// WantAll fails the test for each of the metrics that nothing measured.
func WantAll(t *testing.T, metrics []metric.Metric, measured []string) {
	t.Helper()
	all := "\n" + strings.Join(measured, "\n")
	for _, m := range metrics {
		if !strings.Contains(all, "\n"+m.Name+" ") {
			t.Errorf("nothing emits the metric %s", m.Name)
		}
	}
}
