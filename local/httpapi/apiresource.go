package httpapi

import (
	"context"
	"errors"
	"fmt"

	"eda-demo/local/resource"
)

// apiProperties are the properties of AWS::ApiGatewayV2::Api that are supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html
type apiProperties struct {
	Name                      string
	Description               string
	ProtocolType              string
	CorsConfiguration         *cors
	DisableExecuteApiEndpoint resource.Bool
	Tags                      map[string]string
}

const (
	maxName     = 128 // characters of an API's name
	apiIDLength = 10
)

func decodeAPI(d resource.Definition) (*apiProperties, error) {
	p := &apiProperties{}
	if err := d.Decode(p); err != nil {
		return nil, err
	}
	switch {
	case p.ProtocolType != "HTTP":
		return nil, fmt.Errorf("property ProtocolType: %q is not supported, only HTTP", p.ProtocolType)
	case p.Name == "" || len(p.Name) > maxName:
		return nil, fmt.Errorf("property Name: %q has not 1 to %d characters", p.Name, maxName)
	case bool(p.DisableExecuteApiEndpoint):
		return nil, errors.New("property DisableExecuteApiEndpoint: true is not supported: there are no custom domains here")
	}
	if err := p.CorsConfiguration.check(); err != nil {
		return nil, fmt.Errorf("property CorsConfiguration: %w", err)
	}
	return p, nil
}

func (s *Service) createAPI(ctx context.Context, d resource.Definition) (resource.Instance, error) {
	p, err := decodeAPI(d)
	if err != nil {
		return resource.Instance{}, err
	}
	a := &api{service: s, id: newID(d, apiIDLength)}
	if _, err := s.find(a.id); err == nil {
		if d.PhysicalID != "" {
			return s.updateAPI(ctx, d, d)
		}
		return resource.Instance{}, alreadyExists(d.Type, a.id)
	}
	a.current.Store(&configuration{name: p.Name, cors: p.CorsConfiguration})
	if err := s.open(a); err != nil {
		return resource.Instance{}, err
	}
	return a.instance(), nil
}

// updateAPI leaves the API at its port.
func (s *Service) updateAPI(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	p, err := decodeAPI(next)
	if err != nil {
		return resource.Instance{}, err
	}
	a, err := s.find(previous.PhysicalID)
	if err != nil {
		return resource.Instance{}, err
	}
	err = a.change(func(c *configuration) error {
		c.name, c.cors = p.Name, p.CorsConfiguration
		return nil
	})
	if err != nil {
		return resource.Instance{}, err
	}
	return a.instance(), nil
}

// deleteAPI removes an API with its integrations, routes and stage.
func (s *Service) deleteAPI(ctx context.Context, d resource.Definition) error {
	return s.shut(ctx, d.PhysicalID)
}

func (a *api) instance() resource.Instance {
	return resource.Instance{ID: a.id, Attributes: map[string]any{"ApiId": a.id, "ApiEndpoint": a.endpoint}}
}
