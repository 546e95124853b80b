package httpapi

import (
	"context"
	"fmt"
	"strings"

	"eda-demo/local/resource"
)

// routeProperties are the properties of AWS::ApiGatewayV2::Route that are
// supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html
type routeProperties struct {
	ApiId               string
	RouteKey            string
	Target              string
	OperationName       string
	AuthorizationType   string
	AuthorizerId        string
	AuthorizationScopes []string
}

func (s *Service) createRoute(_ context.Context, d resource.Definition) (resource.Instance, error) {
	return s.putRoute(d, creating(d))
}

func (s *Service) updateRoute(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	return s.putRoute(next, updating("Route", next.PhysicalID))
}

func (s *Service) deleteRoute(_ context.Context, d resource.Definition) error {
	return s.detach(d, func(c *configuration) error {
		c.deleteRoute(d.PhysicalID)
		return nil
	})
}

func (s *Service) putRoute(d resource.Definition, admitted admit) (resource.Instance, error) {
	var p routeProperties
	if err := d.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	asked, err := p.readAuthorization()
	if err != nil {
		return resource.Instance{}, err
	}
	a, err := s.find(p.ApiId)
	if err != nil {
		return resource.Instance{}, err
	}
	r, err := parseRoute(p.RouteKey)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property RouteKey: %w", err)
	}
	r.id, r.authorization = newID(d, idLength), asked
	r.integration = strings.TrimPrefix(p.Target, "integrations/")
	err = a.change(func(c *configuration) error {
		if err := admitted(c.hasRoute(r.id)); err != nil {
			return err
		}
		return c.putRoute(r)
	})
	if err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: r.id, Attributes: map[string]any{"RouteId": r.id}}, nil
}
