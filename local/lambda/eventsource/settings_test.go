package eventsource

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRefusedSettings(t *testing.T) {
	const queue = `"EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:q"`
	const stream = `"EventSourceArn":"` + streamARN + `","StartingPosition":"LATEST"`
	tests := []struct{ properties, want string }{
		{`{"EventSourceArn":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}`, "EventSourceArn"},
		{`{"EventSourceArn":"` + streamARN + `"}`, "StartingPosition"},
		{`{` + stream + `,"BatchSize":10001}`, "BatchSize"},
		{`{` + stream + `,"TumblingWindowInSeconds":5}`, "TumblingWindowInSeconds"},
		{`{` + stream + `,"ParallelizationFactor":11}`, "ParallelizationFactor"},
		{`{` + stream + `,"MaximumRecordAgeInSeconds":5}`, "MaximumRecordAgeInSeconds"},
		{`{` + stream + `,"MaximumRetryAttempts":-2}`, "MaximumRetryAttempts"},
		{`{` + stream + `,"FunctionResponseTypes":["Other"]}`, "Other"},
		{`{` + stream + `,"ScalingConfig":{"MaximumConcurrency":2}}`, "ScalingConfig"},
		{`{` + stream + `,"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:s3:::b"}}}`, "DestinationConfig"},
		{`{` + stream + `,"FilterCriteria":{"Filters":[{"Pattern":"{\"a\":1}"}]}}`, "FilterCriteria"},
		{`{` + queue + `,"BatchSize":11}`, "MaximumBatchingWindowInSeconds"},
		{`{` + queue + `,"BisectBatchOnFunctionError":true}`, "BisectBatchOnFunctionError"},
		{`{` + queue + `,"ScalingConfig":{"MaximumConcurrency":1}}`, "ScalingConfig"},
		{`{"EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:q.fifo"}`, "FIFO"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			var s Settings
			if err := json.Unmarshal([]byte(test.properties), &s); err != nil {
				t.Fatal(err)
			}
			if err := s.Prepare(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %s", err, test.want)
			}
		})
	}
}
