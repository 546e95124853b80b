package asl

import (
	"fmt"
	"strings"
)

// Codes of a Problem, as ValidateStateMachineDefinition reports them.
const (
	codeJSON   = "INVALID_JSON_DESCRIPTION"
	codeSchema = "SCHEMA_VALIDATION_FAILED"
	codeTarget = "MISSING_TRANSITION_TARGET"
)

// Problem is one thing that is wrong with a definition.
type Problem struct {
	// Code is SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET or
	// INVALID_JSON_DESCRIPTION.
	Code string
	// Message says what is wrong.
	Message string
	// Location is a path of member names, such as "/States/Pay/Next".
	Location string
}

// String returns the problem in one sentence, as AWS words it.
func (p Problem) String() string {
	if p.Location == "" {
		return p.Code + ": " + p.Message
	}
	return fmt.Sprintf("%s: %s at %s", p.Code, p.Message, p.Location)
}

// DefinitionError tells everything that is wrong with a definition.
type DefinitionError struct{ Problems []Problem }

func (e *DefinitionError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, ", ")
}
