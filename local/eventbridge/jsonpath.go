package eventbridge

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// jsonPath is what EventBridge takes of JSONPath: dot notation, array indices
// and wildcards ("Amazon EventBridge input transformation" in the user guide).
type jsonPath []pathStep

type pathStep struct {
	name  string // of a member
	index int    // of an array element, if name is empty
	all   bool   // every member or element
}

var pathStepPattern = regexp.MustCompile(`^(?:\.([A-Za-z0-9_/-]+)|\.\*|\[\*\]|\[([0-9]{1,6})\])`)

func parsePath(text string) (jsonPath, error) {
	rest, found := strings.CutPrefix(text, "$")
	if !found {
		return nil, fmt.Errorf("JSON path %q does not begin with $", text)
	}
	path := jsonPath{}
	for rest != "" {
		match := pathStepPattern.FindStringSubmatch(rest)
		if match == nil {
			return nil, fmt.Errorf("JSON path %q: %q is not supported: only .name, [index] and * are", text, rest)
		}
		step := pathStep{name: match[1], all: strings.Contains(match[0], "*")}
		if match[2] != "" {
			step.index, _ = strconv.Atoi(match[2]) // digits only, by the pattern
		}
		path = append(path, step)
		rest = rest[len(match[0]):]
	}
	return path, nil
}

// find returns the value at the path as it is written in the document; with
// wildcards, an array of the values.
func (p jsonPath) find(document json.RawMessage) (json.RawMessage, bool) {
	for i, step := range p {
		if step.all {
			return p[i+1:].findAll(document)
		}
		next, ok := step.into(document)
		if !ok {
			return nil, false
		}
		document = next
	}
	return document, true
}

func (s pathStep) into(document json.RawMessage) (json.RawMessage, bool) {
	if s.name != "" {
		var members map[string]json.RawMessage
		if json.Unmarshal(document, &members) != nil {
			return nil, false
		}
		member, ok := members[s.name]
		return member, ok
	}
	var items []json.RawMessage
	if json.Unmarshal(document, &items) != nil || s.index >= len(items) {
		return nil, false
	}
	return items[s.index], true
}

func (p jsonPath) findAll(document json.RawMessage) (json.RawMessage, bool) {
	var items []json.RawMessage
	if json.Unmarshal(document, &items) != nil {
		var members map[string]json.RawMessage
		if json.Unmarshal(document, &members) != nil {
			return nil, false
		}
		items = sortedBy(members, func(json.RawMessage) bool { return true })
	}
	var found []string
	for _, item := range items {
		if value, ok := p.find(item); ok {
			found = append(found, string(value))
		}
	}
	return json.RawMessage("[" + strings.Join(found, ",") + "]"), len(found) > 0
}
