// Package lambdalog writes the log of a Lambda function, one JSON object a line,
// with the keys that Lambda's JSON log format knows: timestamp, level, message
// and requestId. See
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
package lambdalog

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// New makes a logger that writes to out what has at least the level, which is
// spelled as AWS_LAMBDA_LOG_LEVEL is; INFO if it is empty or unknown.
func New(out io.Writer, level string) *slog.Logger {
	options := &slog.HandlerOptions{Level: parse(level), ReplaceAttr: lambdacontext.ReplaceAttr}
	return slog.New(handler{slog.NewJSONHandler(out, options)})
}

func parse(level string) slog.Level {
	switch level {
	case "TRACE", "DEBUG":
		return slog.LevelDebug
	case "WARN":
		return slog.LevelWarn
	case "ERROR", "FATAL":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// handler adds the id of the invocation.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		record.AddAttrs(slog.String("requestId", invocation.AwsRequestID))
	}
	return h.Handler.Handle(ctx, record)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
