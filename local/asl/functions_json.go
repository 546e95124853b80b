package asl

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

func stringToJSON(arguments []any) (any, error) {
	t, err := text(arguments, 0)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(t) == "" {
		return nil, nil
	}
	value, err := decode([]byte(t))
	if err != nil {
		return nil, fmt.Errorf("argument 1 is not JSON: %w", err)
	}
	return value, nil
}

func jsonToString(arguments []any) (any, error) {
	t, err := encode(plain(arguments[0]))
	return string(t), err
}

func jsonMerge(arguments []any) (any, error) {
	first, err := object(arguments, 0)
	if err != nil {
		return nil, err
	}
	second, err := object(arguments, 1)
	if err != nil {
		return nil, err
	}
	if arguments[2] != false {
		return nil, errors.New("argument 3 must be false: only shallow merging is supported")
	}
	merged := make(map[string]any, len(first)+len(second))
	maps.Copy(merged, first)
	maps.Copy(merged, second)
	return merged, nil
}
