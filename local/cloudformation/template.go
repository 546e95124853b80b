package cloudformation

import (
	"context"
	"encoding/json"
	"fmt"

	"eda-demo/local/frontdoor"
)

type getTemplateInput struct {
	stackInput
	TemplateStage string
}

type getTemplateOutput struct {
	TemplateBody    string
	StagesAvailable []string
}

// stages of a template; the two are the same, since macros are not supported.
var stages = []string{"Original", "Processed"}

func (s *Service) getTemplate(_ context.Context, in *getTemplateInput) (*getTemplateOutput, error) {
	switch in.TemplateStage {
	case "", "Original", "Processed":
	default:
		return nil, frontdoor.Errorf(validationError, "1 validation error detected: Value '%s' at 'templateStage' failed to satisfy constraint: Member must satisfy enum value set: [Original, Processed]", in.TemplateStage)
	}
	there, err := s.find(in.StackName)
	if err != nil {
		return nil, err
	}
	return &getTemplateOutput{there.text, stages}, nil
}

// metadata is the JSON of a resource's metadata, "" if it has none.
func (s *shown) metadata(logicalID string) (string, error) {
	declared := s.Template().Resources[logicalID].Metadata
	if declared == nil {
		return "", nil
	}
	text, err := json.Marshal(declared)
	if err != nil {
		return "", fmt.Errorf("encode the metadata of %s: %w", logicalID, err)
	}
	return string(text), nil
}
