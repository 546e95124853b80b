package metric_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eda-demo/internal/lambdalog"
	"eda-demo/internal/metric"
)

// format says what the specification of the embedded metric format demands of
// a line, and of ours: one dimension set, and no member at the root that is
// not known to be free of personal data.
const format = `{
	"type": "object",
	"required": ["_aws"],
	"oneOf": [
		{"required": ["Service"], "properties": {"level": {"const": "INFO"}}},
		{"required": ["FunctionName", "LoggedFailures"], "properties": {"level": {"const": "ERROR"}}}
	],
	"additionalProperties": false,
	"properties": {
		"timestamp": {"type": "string"},
		"level": {"type": "string"},
		"error": {"type": "string"},
		"message": {"type": "string"},
		"requestId": {"type": "string"},
		"orderId": {"type": "integer"},
		"bookingId": {"type": "string"},
		"correlationId": {"type": "string"},
		"Service": {"type": "string", "minLength": 1, "maxLength": 1024},
		"FunctionName": {"type": "string", "minLength": 1, "maxLength": 1024},
		"LoggedFailures": {"const": 1},
		"OrdersCreated": {"type": "number"},
		"OrdersCompleted": {"type": "number"},
		"OrdersCancelled": {"type": "number"},
		"TimeToFinalStatus": {"type": "number"},
		"BookingsCreated": {"type": "number"},
		"BookingsTicketed": {"type": "number"},
		"BookingsCancelled": {"type": "number"},
		"TimeToOutcome": {"type": "number"},
		"_aws": {
			"type": "object",
			"required": ["Timestamp", "CloudWatchMetrics"],
			"additionalProperties": false,
			"properties": {
				"Timestamp": {"type": "integer", "minimum": 1000000000000, "maximum": 9999999999999},
				"CloudWatchMetrics": {"type": "array", "minItems": 1, "items": {
					"type": "object",
					"required": ["Namespace", "Dimensions", "Metrics"],
					"additionalProperties": false,
					"properties": {
						"Namespace": {"type": "string", "pattern": "^[0-9A-Za-z.\\-_/#:]{1,255}$", "not": {"pattern": "^AWS/"}},
						"Dimensions": {"type": "array", "minItems": 1, "items": {
							"type": "array", "maxItems": 30, "items": {"type": "string", "minLength": 1, "maxLength": 250}
						}},
						"Metrics": {"type": "array", "minItems": 1, "maxItems": 100, "items": {
							"type": "object",
							"required": ["Name"],
							"additionalProperties": false,
							"properties": {
								"Name": {"type": "string", "minLength": 1, "maxLength": 1024},
								"Unit": {"enum": ["Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes",
									"Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent",
									"Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
									"Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second",
									"Terabits/Second", "Count/Second", "None"]},
								"StorageResolution": {"enum": [1, 60]}
							}
						}}
					}
				}}
			}
		}
	}
}`

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(format))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("emf.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("emf.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

var at = time.Date(2026, 11, 2, 9, 15, 0, 120_000_000, time.UTC)

// line is what is logged for all metrics at once, with a log of a level.
func line(level string) []byte {
	var out bytes.Buffer
	var values []metric.Value
	for i, m := range metric.All() {
		values = append(values, m.Of(float64(i)+0.5))
	}
	log := lambdalog.New(&out, level).With("orderId", 101, "correlationId", "c-1")
	metric.Log(context.Background(), log, at, "order settled", "order-service", values...)
	return out.Bytes()
}

func TestLinesHaveTheEmbeddedMetricFormat(t *testing.T) {
	text := line("INFO")
	if bytes.Count(text, []byte("\n")) != 1 || text[0] != '{' {
		t.Fatalf("wrote %s, want one line with one JSON object", text)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t).Validate(document); err != nil {
		t.Errorf("%s: %v", text, err)
	}
}

// What the metadata refers to has to be there, at the root: a metric as a
// number, a dimension as a text.
func TestReferencesAreFound(t *testing.T) {
	var members map[string]any
	if err := json.Unmarshal(line("INFO"), &members); err != nil {
		t.Fatal(err)
	}
	var read struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []metric.Metric
			}
		} `json:"_aws"`
	}
	if err := json.Unmarshal(line("INFO"), &read); err != nil {
		t.Fatal(err)
	}
	if got := read.AWS.Timestamp; got != at.UnixMilli() {
		t.Errorf("the timestamp is %d, want %d", got, at.UnixMilli())
	}
	directive := read.AWS.CloudWatchMetrics[0]
	if directive.Namespace != metric.Namespace || len(directive.Dimensions) != 1 || len(directive.Dimensions[0]) != 1 {
		t.Errorf("the directive is %+v, want one dimension in %s", directive, metric.Namespace)
	}
	if got := members[directive.Dimensions[0][0]]; got != "order-service" {
		t.Errorf("the dimension is %v, want order-service", got)
	}
	for i, want := range metric.All() {
		if got := directive.Metrics[i]; got != want {
			t.Errorf("metric %d is %v, want %v", i, got, want)
		}
		if got := members[want.Name]; got != float64(i)+0.5 {
			t.Errorf("%s is %v, want %v", want.Name, got, float64(i)+0.5)
		}
	}
}

// TestFailuresHaveTheEmbeddedMetricFormat: one line, which is the error and the
// metric of the function in one; outside of a function it is the error alone.
func TestFailuresHaveTheEmbeddedMetricFormat(t *testing.T) {
	for _, name := range []string{"eda-demo-create-order", ""} {
		t.Setenv("AWS_LAMBDA_FUNCTION_NAME", name)
		var out bytes.Buffer
		log := lambdalog.New(&out, "ERROR").With("orderId", 101)
		metric.LogFailure(context.Background(), log, "request failed", "error", errors.New("out of order"))
		var got map[string]any
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("wrote %s, want one JSON object: %v", out.Bytes(), err)
		}
		if got["level"] != "ERROR" || got["error"] != "out of order" || got["orderId"] != 101.0 {
			t.Errorf("wrote %s, want an error with what is said about it", out.Bytes())
		}
		if name == "" {
			if got["_aws"] != nil || got["LoggedFailures"] != nil {
				t.Errorf("outside of a function wrote %s, want no metric", out.Bytes())
			}
			continue
		}
		if err := compile(t).Validate(got); err != nil || got["FunctionName"] != name {
			t.Errorf("%s: %v; want the format, and function %s", out.Bytes(), err, name)
		}
		const directive = `"CloudWatchMetrics":[{"Namespace":"eda-demo","Dimensions":[["FunctionName"]],"Metrics":[{"Name":"LoggedFailures","Unit":"Count"}]}]`
		if !bytes.Contains(out.Bytes(), []byte(directive)) {
			t.Errorf("wrote %s, want %s in it", out.Bytes(), directive)
		}
	}
}

func TestMetricsAreWrittenAtEveryLevel(t *testing.T) {
	for _, level := range []string{"DEBUG", "INFO", "WARN", "ERROR"} {
		if got := line(level); len(got) == 0 {
			t.Errorf("a log of level %s has no metrics", level)
		}
	}
	metric.Log(context.Background(), slog.New(slog.DiscardHandler), at, "m", "s")
}
