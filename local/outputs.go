package main

import (
	"encoding/json"
	"fmt"
	"os"

	"eda-demo/local/stack"
)

// writeOutputs writes a stack's outputs as `cdk deploy --outputs-file` does.
// The file appears whole or not at all: whoever waits for it may read it.
func writeOutputs(path string, s *stack.Stack) error {
	raw, err := json.MarshalIndent(map[string]map[string]string{s.Name: s.Outputs()}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the outputs: %w", err)
	}
	if err := os.WriteFile(path+".new", append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the outputs: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the outputs: %w", err)
	}
	return nil
}
