package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// writeOutputs writes a stack's outputs as `cdk deploy --outputs-file` does.
// The file appears whole or not at all: whoever waits for it may read it.
func writeOutputs(path, stack string, outputs map[string]string) error {
	raw, err := json.MarshalIndent(map[string]map[string]string{stack: outputs}, "", "  ")
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
