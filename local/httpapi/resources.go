package httpapi

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// Resources returns the resource types that the service manages. All that is
// kept of them in a folder is which port an API has: after a restart, each is
// made anew from its definition, under the id that it had.
func (s *Service) Resources() map[string]resource.Type {
	api := resource.Schema{Immutable: []string{"ProtocolType"}}
	integration := resource.Schema{
		Required: []string{"ApiId", "IntegrationType"}, NotEmpty: []string{"TimeoutInMillis"}, Immutable: []string{"ApiId"},
	}
	route := resource.Schema{Required: []string{"ApiId", "RouteKey"}, Immutable: []string{"ApiId"}}
	authorizer := resource.Schema{Required: []string{"ApiId", "AuthorizerType", "Name"}, Immutable: []string{"ApiId"}}
	stage := resource.Schema{Required: []string{"ApiId", "StageName"}, Immutable: []string{"ApiId", "StageName"}}
	return map[string]resource.Type{
		"AWS::ApiGatewayV2::Api":         api.Type(s.createAPI, s.updateAPI, s.deleteAPI),
		"AWS::ApiGatewayV2::Authorizer":  authorizer.Type(s.createAuthorizer, s.updateAuthorizer, s.deleteAuthorizer),
		"AWS::ApiGatewayV2::Integration": integration.Type(s.createIntegration, s.updateIntegration, s.deleteIntegration),
		"AWS::ApiGatewayV2::Route":       route.Type(s.createRoute, s.updateRoute, s.deleteRoute),
		"AWS::ApiGatewayV2::Stage":       stage.Type(s.createStage, s.updateStage, s.deleteStage),
	}
}

// newID returns the id of a resource: the one that it has, or a new one.
func newID(d resource.Definition, length int) string {
	if d.PhysicalID != "" {
		return d.PhysicalID
	}
	sum := sha256.Sum256([]byte(d.Key()))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:length])
}

// admit decides whether a resource may be put, knowing whether there is one
// with its id.
type admit func(exists bool) error

// creating refuses to create what exists; what is taken up may.
func creating(d resource.Definition) admit {
	return func(exists bool) error {
		if exists && d.PhysicalID == "" {
			return alreadyExists(d.Type, newID(d, idLength))
		}
		return nil
	}
}

// updating refuses to update what does not exist. kind is such as "Route".
func updating(kind, id string) admit {
	return func(exists bool) error {
		if !exists {
			return notExisting("Invalid %s identifier specified %s", kind, id)
		}
		return nil
	}
}

// alreadyExists is CloudFormation's refusal.
func alreadyExists(kind, id string) error {
	return frontdoor.Errorf("AlreadyExists", "Resource of type '%s' with identifier '%s' already exists.", kind, id)
}

// detach removes something from the API in a definition's ApiId; if the API is
// gone, so is what it had.
func (s *Service) detach(d resource.Definition, remove func(*configuration) error) error {
	var p struct{ ApiId string }
	if err := json.Unmarshal(d.Properties, &p); err != nil {
		return fmt.Errorf("read properties: %w", err)
	}
	a, err := s.find(p.ApiId)
	if err != nil {
		return nil
	}
	return a.change(remove)
}
