package httpapi

import (
	"context"
	"fmt"
	"strings"
	"time"

	"eda-demo/local/resource"
)

// integrationProperties are the properties of AWS::ApiGatewayV2::Integration
// that are supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html
type integrationProperties struct {
	ApiId                string
	Description          string
	ConnectionType       string
	IntegrationType      string
	IntegrationMethod    string
	IntegrationUri       string
	PayloadFormatVersion string
	TimeoutInMillis      resource.Int
}

const (
	maxTimeout = 30_000 // milliseconds
	idLength   = 7      // of integrations and routes
)

func (p *integrationProperties) check() error {
	switch {
	case p.IntegrationType != "AWS_PROXY":
		return fmt.Errorf("property IntegrationType: %q is not supported, only AWS_PROXY", p.IntegrationType)
	case p.PayloadFormatVersion != "2.0":
		return fmt.Errorf("property PayloadFormatVersion: %q is not supported, only 2.0", p.PayloadFormatVersion)
	case p.ConnectionType != "" && p.ConnectionType != "INTERNET":
		return fmt.Errorf("property ConnectionType: %q is not supported", p.ConnectionType)
	case p.IntegrationMethod != "" && p.IntegrationMethod != "POST":
		return fmt.Errorf("property IntegrationMethod: %q; functions are invoked by POST", p.IntegrationMethod)
	case p.TimeoutInMillis != 0 && (p.TimeoutInMillis < 50 || p.TimeoutInMillis > maxTimeout):
		return fmt.Errorf("property TimeoutInMillis: %d is not between 50 and %d", p.TimeoutInMillis, maxTimeout)
	}
	return nil
}

func (s *Service) createIntegration(_ context.Context, d resource.Definition) (resource.Instance, error) {
	return s.putIntegration(d, creating(d))
}

func (s *Service) updateIntegration(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	return s.putIntegration(next, updating("Integration", next.PhysicalID))
}

func (s *Service) deleteIntegration(_ context.Context, d resource.Definition) error {
	return s.detach(d, func(c *configuration) error { return c.deleteIntegration(d.PhysicalID) })
}

func (s *Service) putIntegration(d resource.Definition, admitted admit) (resource.Instance, error) {
	var p integrationProperties
	if err := d.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if err := p.check(); err != nil {
		return resource.Instance{}, err
	}
	a, err := s.find(p.ApiId)
	if err != nil {
		return resource.Instance{}, err
	}
	function, err := functionARN(p.IntegrationUri)
	if err != nil {
		return resource.Instance{}, err
	}
	i := &integration{id: newID(d, idLength), function: function, timeout: maxTimeout * time.Millisecond}
	if p.TimeoutInMillis != 0 {
		i.timeout = time.Duration(p.TimeoutInMillis) * time.Millisecond
	}
	err = a.change(func(c *configuration) error {
		if err := admitted(c.integrations[i.id] != nil); err != nil {
			return err
		}
		c.putIntegration(i)
		return nil
	})
	if err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: i.id, Attributes: map[string]any{"IntegrationId": i.id}}, nil
}

// functionARN returns the function in an integration URI: its ARN, or the path
// of its invocation at API Gateway.
func functionARN(uri string) (string, error) {
	arn := uri
	if _, path, found := strings.Cut(uri, ":lambda:path/2015-03-31/functions/"); found {
		arn = strings.TrimSuffix(path, "/invocations")
	}
	if !strings.HasPrefix(arn, "arn:aws:lambda:") || !strings.Contains(arn, ":function:") {
		return "", fmt.Errorf("property IntegrationUri: %q names no Lambda function", uri)
	}
	return arn, nil
}
