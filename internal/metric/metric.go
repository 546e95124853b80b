// Package metric puts what the business wants to know into the functions' logs,
// in CloudWatch's embedded metric format: CloudWatch makes metrics of such lines
// on its own, without a call that a function would have to wait for. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//
// A metric costs by the month for each set of values of its dimensions. Hence
// there is one dimension only, Service or FunctionName; what tells one order
// from another is in the log line, which can be searched, and not in the metric.
package metric

import (
	"context"
	"log/slog"
	"os"
	"time"
)

const (
	// Namespace is the one that all metrics are in.
	Namespace = "eda-demo"
	// Service is the name of the dimension of what services measure.
	Service = "Service"
	// FunctionName is the name of LoggedFailures' dimension, and that of
	// Lambda's own metrics.
	FunctionName = "FunctionName"
)

// functionName is the variable that Lambda sets to the function's name:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
const functionName = "AWS_LAMBDA_FUNCTION_NAME"

// Unit is what a metric is measured in, as CloudWatch spells it.
type Unit string

// The units in use.
const (
	Count        Unit = "Count"
	Milliseconds Unit = "Milliseconds"
)

// Metric is something that is measured.
type Metric struct {
	Name string
	Unit Unit
}

// Value is one measurement.
type Value struct {
	metric Metric
	value  float64
}

// Of is a measurement of the metric.
func (m Metric) Of(value float64) Value { return Value{m, value} }

// envelope, directive and definition are the format's metadata. It refers to
// the members of the line that have the values.
type envelope struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct {
	Name string
	Unit Unit
}

// Log writes one line that is both: the message, at level info, with what the
// log's attributes say about it, and the measurements of a service, taken at
// the given time. It is written whatever level the log keeps, for a quieter log
// must not look like fewer orders. The log must have no open group.
func Log(ctx context.Context, log *slog.Logger, at time.Time, message, service string, values ...Value) {
	line := slog.NewRecord(at, slog.LevelInfo, message, 0)
	measure(&line, Service, service, values...)
	// As with every line of a log, nobody could be told that it was not written.
	_ = log.Handler().Handle(ctx, line)
}

// LogFailure writes one line that is both: the message, at level error, with
// the arguments as slog takes them, and one of LoggedFailures for the
// function that the process belongs to; the message alone if there is none. It
// is for an invocation that failed and does not return an error, once in each:
// one that returns an error is counted by Lambda. The log must have no open
// group.
func LogFailure(ctx context.Context, log *slog.Logger, message string, args ...any) {
	line := slog.NewRecord(time.Now(), slog.LevelError, message, 0)
	line.Add(args...)
	if name := os.Getenv(functionName); name != "" {
		measure(&line, FunctionName, name, LoggedFailures.Of(1))
	}
	_ = log.Handler().Handle(ctx, line)
}

// measure adds measurements, with one dimension, to a line.
func measure(line *slog.Record, dimension, of string, values ...Value) {
	line.AddAttrs(slog.String(dimension, of))
	metrics := make([]definition, len(values))
	for i, v := range values {
		metrics[i] = definition(v.metric)
		line.AddAttrs(slog.Float64(v.metric.Name, v.value))
	}
	line.AddAttrs(slog.Any("_aws", envelope{
		Timestamp:         line.Time.UnixMilli(),
		CloudWatchMetrics: []directive{{Namespace, [][]string{{dimension}}, metrics}},
	}))
}
