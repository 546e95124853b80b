// Package filterpattern decides whether a log event matches a filter pattern
// of CloudWatch Logs.
//
// It knows terms and JSON patterns. Patterns for space-delimited events,
// regular expressions and wildcard selectors are refused by name.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
package filterpattern

import (
	"errors"
	"fmt"
	"strings"
)

// maxLength is the longest pattern, in bytes.
const maxLength = 1024

// Pattern is a compiled filter pattern. It is safe for concurrent use.
type Pattern struct {
	matches func(message string) bool
}

// Compile reads a pattern. The empty one matches everything.
func Compile(pattern string) (*Pattern, error) {
	if len(pattern) > maxLength {
		return nil, fmt.Errorf("filter pattern is longer than %d bytes", maxLength)
	}
	trimmed := strings.TrimSpace(pattern)
	switch {
	case trimmed == "":
		return &Pattern{func(string) bool { return true }}, nil
	case trimmed[0] == '{':
		return compileJSON(trimmed)
	case trimmed[0] == '[':
		return nil, errors.New("filter patterns for space-delimited events ([…]) are not supported")
	case strings.Contains(trimmed, "%"):
		return nil, errors.New("regular expressions (%…%) in filter patterns are not supported")
	}
	return compileTerms(trimmed)
}

// Matches tells whether the text of a log event matches.
func (p *Pattern) Matches(message string) bool { return p.matches(message) }
