package lambdalog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"eda-demo/internal/lambdalog"
)

func TestNew(t *testing.T) {
	var out bytes.Buffer
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	lambdalog.New(&out, "").With("orderId", 101).InfoContext(ctx, "order created", "eventId", "e-1")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("decoding %s: %v", out.Bytes(), err)
	}
	for key, want := range map[string]any{
		"level": "INFO", "message": "order created", "requestId": "r-1", "orderId": 101.0, "eventId": "e-1",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	if _, err := time.Parse(time.RFC3339Nano, line["timestamp"].(string)); err != nil {
		t.Errorf("timestamp: %v", err)
	}
}

func TestLevels(t *testing.T) {
	ctx := context.Background()
	for level, want := range map[string]int{"DEBUG": 4, "": 3, "INFO": 3, "odd": 3, "WARN": 2, "ERROR": 1} {
		var out bytes.Buffer
		log := lambdalog.New(&out, level)
		log.DebugContext(ctx, "d")
		log.InfoContext(ctx, "i")
		log.WarnContext(ctx, "w")
		log.ErrorContext(ctx, "e")
		if got := bytes.Count(out.Bytes(), []byte("\n")); got != want {
			t.Errorf("at level %q %d lines are written, want %d", level, got, want)
		}
	}
}
