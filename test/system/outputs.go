package system

import (
	"encoding/json"
	"fmt"
	"os"
)

// stackName is the name of the app's stack.
const stackName = "EdaDemo"

// ReadOutputs returns the outputs of the app's stack, by their names, from a
// file that the runner or `cdk deploy --outputs-file` wrote.
func ReadOutputs(file string) (map[string]string, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the outputs: %w", err)
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(raw, &stacks); err != nil {
		return nil, fmt.Errorf("read the outputs in %s: %w", file, err)
	}
	if stacks[stackName] == nil {
		return nil, fmt.Errorf("%s has no outputs of the stack %s", file, stackName)
	}
	return stacks[stackName], nil
}
