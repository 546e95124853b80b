package eventbridge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

const maxVariables = 100

// input makes what a target receives of an event.
type input func(*job) ([]byte, error)

// newInput compiles Input, InputPath or InputTransformer of a target. Without
// any of them a target receives the event.
func newInput(t *Target) (input, error) {
	switch {
	case t.Input != "":
		return func(*job) ([]byte, error) { return []byte(t.Input), nil }, nil
	case t.InputPath != "":
		return newPathInput(t)
	case t.InputTransformer != nil:
		return newTransformer(t)
	}
	return func(j *job) ([]byte, error) { return j.Event, nil }, nil
}

func newPathInput(t *Target) (input, error) {
	path, err := parsePath(t.InputPath)
	if err != nil {
		return nil, fmt.Errorf("InputPath for target %s: %w", t.Id, err)
	}
	return func(j *job) ([]byte, error) {
		part, ok := path.find(j.Event)
		if !ok {
			return nil, &failure{code: "INVALID_PARAMETER", message: fmt.Sprintf("InputPath %s does not match the event.", t.InputPath)}
		}
		return part, nil
	}, nil
}

// predefined are the variables that need no path.
var predefined = map[string]func(*job) json.RawMessage{
	"aws.events.rule-arn":             func(j *job) json.RawMessage { return quote(j.RuleARN) },
	"aws.events.rule-name":            func(j *job) json.RawMessage { _, name := j.rule(); return quote(name) },
	"aws.events.event.ingestion-time": func(j *job) json.RawMessage { return quote(j.Ingested.UTC().Format(time.RFC3339)) },
	"aws.events.event":                func(j *job) json.RawMessage { return withoutDetail(j.Event) },
	"aws.events.event.json":           func(j *job) json.RawMessage { return j.Event },
}

func newTransformer(t *Target) (input, error) {
	variables, err := parseVariables(t.InputTransformer.InputPathsMap)
	if err != nil {
		return nil, fmt.Errorf("InputPathsMap for target %s: %w", t.Id, err)
	}
	pieces, err := parseInputTemplate(t.InputTransformer.InputTemplate, variables)
	if err != nil {
		return nil, fmt.Errorf("InputTemplate for target %s: %w", t.Id, err)
	}
	return func(j *job) ([]byte, error) {
		return []byte(pieces.render(func(name string) (json.RawMessage, bool) {
			if value := predefined[name]; value != nil {
				return value(j), true
			}
			return variables[name].find(j.Event)
		})), nil
	}, nil
}

func parseVariables(paths map[string]string) (map[string]jsonPath, error) {
	if len(paths) > maxVariables {
		return nil, fmt.Errorf("%d variables, at most %d are allowed", len(paths), maxVariables)
	}
	variables := map[string]jsonPath{}
	for name, text := range paths {
		if strings.HasPrefix(strings.ToUpper(name), "AWS") {
			return nil, fmt.Errorf("%q begins with AWS, which is reserved", name)
		}
		path, err := parsePath(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		variables[name] = path
	}
	return variables, nil
}

func parseInputTemplate(text string, variables map[string]jsonPath) (template, error) {
	if text == "" || len(text) > maxInput {
		return nil, fmt.Errorf("it is %d characters long, which must be 1 to %d", len(text), maxInput)
	}
	pieces, err := parseTemplate(text)
	if err != nil {
		return nil, err
	}
	unknown := slices.IndexFunc(pieces, func(p piece) bool {
		return p.variable != "" && predefined[p.variable] == nil && variables[p.variable] == nil
	})
	if unknown >= 0 {
		return nil, fmt.Errorf("variable <%s> is not defined", pieces[unknown].variable)
	}
	return pieces, nil
}

// withoutDetail returns the event without its detail, which newEnvelope writes
// last.
func withoutDetail(event json.RawMessage) json.RawMessage {
	at := strings.Index(string(event), detailMember)
	if at < 0 {
		return event
	}
	return append(slices.Clone(event[:at]), '}')
}

func quote(text string) json.RawMessage { return appendString(nil, text) }
