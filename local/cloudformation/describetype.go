package cloudformation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"eda-demo/local/frontdoor"
)

type describeTypeInput struct {
	Type     string // RESOURCE
	TypeName string
}

type describeTypeOutput struct {
	Type             string
	TypeName         string
	Schema           string // JSON
	Visibility       string
	DeprecatedStatus string
}

// typeSchema is the part of a resource type's schema that matters to the CDK
// CLI, which does not hot-swap what can only be created:
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
type typeSchema struct {
	TypeName   string   `json:"typeName"`
	CreateOnly []string `json:"createOnlyProperties,omitempty"` // JSON pointers
}

// describeType tells which properties of a resource type can't be updated, and
// nothing else of its schema.
func (s *Service) describeType(_ context.Context, in *describeTypeInput) (*describeTypeOutput, error) {
	if in.Type != "" && in.Type != "RESOURCE" {
		return nil, unsupported("Type " + in.Type)
	}
	kind, known := s.config.Types[in.TypeName]
	if !known {
		return nil, &frontdoor.Error{
			Code: "TypeNotFoundException", Status: http.StatusNotFound, Message: fmt.Sprintf("The type '%s' cannot be found.", in.TypeName),
		}
	}
	schema := typeSchema{TypeName: in.TypeName}
	for _, name := range kind.Immutable {
		schema.CreateOnly = append(schema.CreateOnly, "/properties/"+name)
	}
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, fmt.Errorf("encode the schema of %s: %w", in.TypeName, err)
	}
	return &describeTypeOutput{"RESOURCE", in.TypeName, string(text), "PUBLIC", "LIVE"}, nil
}
