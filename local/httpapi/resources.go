package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"eda-demo/local/resource"
)

// apiProperties are the properties of AWS::ApiGatewayV2::Api that are supported.
type apiProperties struct {
	Name                      string
	Description               string
	ProtocolType              string
	CorsConfiguration         *cors
	DisableExecuteApiEndpoint resource.Bool
	Tags                      map[string]string
}

const maxName = 128 // characters of an API's name

func (s *Service) createAPI(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p apiProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	switch {
	case p.ProtocolType != "HTTP":
		return resource.Instance{}, fmt.Errorf("property ProtocolType: %q is not supported, only HTTP", p.ProtocolType)
	case p.Name == "" || len(p.Name) > maxName:
		return resource.Instance{}, fmt.Errorf("property Name: %q has not 1 to %d characters", p.Name, maxName)
	case bool(p.DisableExecuteApiEndpoint):
		return resource.Instance{}, errors.New("property DisableExecuteApiEndpoint: true is not supported: there are no custom domains here")
	}
	if err := p.CorsConfiguration.check(); err != nil {
		return resource.Instance{}, fmt.Errorf("property CorsConfiguration: %w", err)
	}
	a := &api{service: s, id: newID(definition, 10), name: p.Name, cors: p.CorsConfiguration, integrations: map[string]*integration{}}
	if err := s.open(a); err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: a.id, Attributes: map[string]any{"ApiId": a.id, "ApiEndpoint": a.endpoint}}, nil
}

// integrationProperties are the properties of AWS::ApiGatewayV2::Integration
// that are supported.
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

const maxTimeout = 30_000 // milliseconds

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

func (s *Service) createIntegration(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p integrationProperties
	if err := definition.Decode(&p); err != nil {
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
	i := &integration{id: newID(definition, 7), function: function, timeout: maxTimeout * time.Millisecond}
	if p.TimeoutInMillis != 0 {
		i.timeout = time.Duration(p.TimeoutInMillis) * time.Millisecond
	}
	a.addIntegration(i)
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

// routeProperties are the properties of AWS::ApiGatewayV2::Route that are
// supported.
type routeProperties struct {
	ApiId             string
	RouteKey          string
	Target            string
	OperationName     string
	AuthorizationType string
}

func (s *Service) createRoute(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p routeProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if p.AuthorizationType != "" && p.AuthorizationType != "NONE" {
		return resource.Instance{}, fmt.Errorf("property AuthorizationType: %s is not supported, only NONE", p.AuthorizationType)
	}
	a, err := s.find(p.ApiId)
	if err != nil {
		return resource.Instance{}, err
	}
	r, err := parseRoute(p.RouteKey)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property RouteKey: %w", err)
	}
	r.id = newID(definition, 7)
	if err := a.addRoute(r, strings.TrimPrefix(p.Target, "integrations/")); err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: r.id, Attributes: map[string]any{"RouteId": r.id}}, nil
}

// stageProperties are the properties of AWS::ApiGatewayV2::Stage that are
// supported.
type stageProperties struct {
	ApiId                string
	StageName            string
	Description          string
	AutoDeploy           resource.Bool
	DefaultRouteSettings routeSettings
	RouteSettings        map[string]routeSettings
	StageVariables       map[string]string
	AccessLogSettings    *accessLogSettings
	Tags                 map[string]string
}

type routeSettings struct {
	ThrottlingRateLimit    *float64 // requests a second
	ThrottlingBurstLimit   *resource.Int
	DetailedMetricsEnabled resource.Bool
}

func (s *Service) createStage(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p stageProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	switch {
	case p.StageName != defaultStage:
		return resource.Instance{}, fmt.Errorf("property StageName: %q is not supported, only %s", p.StageName, defaultStage)
	case !bool(p.AutoDeploy):
		return resource.Instance{}, errors.New("property AutoDeploy: must be true; deployments are not supported")
	}
	a, err := s.find(p.ApiId)
	if err != nil {
		return resource.Instance{}, err
	}
	log, err := s.newAccessLog(a, p.AccessLogSettings)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property AccessLogSettings: %w", err)
	}
	st := &stage{variables: p.StageVariables, log: log}
	st.limits, err = newLimits(a, p)
	if err != nil {
		return resource.Instance{}, err
	}
	if err := a.setStage(st); err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: p.StageName}, nil
}
