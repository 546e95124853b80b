package stepfunctions

import (
	"encoding/json"
	"fmt"

	"eda-demo/local/asl"
)

// prepareEntries makes each Detail a text and adds the ARNs of the execution
// and the state machine to each entry's Resources:
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
func (t *tasks) prepareEntries(parameters map[string]any) error {
	entries, ok := parameters["Entries"].([]any)
	if !ok {
		return parameterError("The Parameters of putEvents must have the array Entries")
	}
	for i, e := range entries {
		entry, ok := e.(map[string]any)
		if !ok {
			return parameterError("Entries[%d] must be an object", i)
		}
		if err := makeText(entry, "Detail"); err != nil {
			return err
		}
		resources, ok := entry["Resources"].([]any)
		if _, given := entry["Resources"]; given && !ok {
			return parameterError("Entries[%d].Resources must be an array", i)
		}
		entry["Resources"] = append(resources, t.execution.arn, t.execution.machine.arn)
	}
	return nil
}

// entriesResult fails the task if an entry failed.
func entriesResult(output json.RawMessage) (json.RawMessage, error) {
	var result struct{ FailedEntryCount int }
	if err := json.Unmarshal(output, &result); err != nil {
		return nil, fmt.Errorf("read the result of putEvents: %w", err)
	}
	if result.FailedEntryCount > 0 {
		return nil, &asl.Error{Name: "EventBridge.FailedEntry", Cause: string(output)}
	}
	return output, nil
}
