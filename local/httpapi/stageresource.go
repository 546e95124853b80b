package httpapi

import (
	"context"
	"errors"
	"fmt"

	"eda-demo/local/resource"
)

// stageProperties are the properties of AWS::ApiGatewayV2::Stage that are
// supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html
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

func (s *Service) createStage(_ context.Context, d resource.Definition) (resource.Instance, error) {
	return s.putStage(d, func(exists bool) error {
		if exists && d.PhysicalID == "" {
			return conflict("Stage already exists")
		}
		return nil
	})
}

func (s *Service) updateStage(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	return s.putStage(next, updating("Stage", previous.PhysicalID))
}

// deleteStage has the API answer that nothing is found.
func (s *Service) deleteStage(_ context.Context, d resource.Definition) error {
	var old *stage
	err := s.detach(d, func(c *configuration) error {
		old, c.stage = c.stage, nil
		return nil
	})
	if old != nil {
		old.log.close()
	}
	return err
}

func (s *Service) putStage(d resource.Definition, admitted admit) (resource.Instance, error) {
	var p stageProperties
	if err := d.Decode(&p); err != nil {
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
	var old, wanted *stage
	err = a.change(func(c *configuration) error {
		if err := admitted(c.stage != nil); err != nil {
			return err
		}
		old = c.stage
		wanted, err = s.newStage(c, &p)
		c.stage = wanted
		return err
	})
	if err != nil {
		return resource.Instance{}, err
	}
	if old != nil && old.log != wanted.log {
		old.log.close()
	}
	return resource.Instance{ID: p.StageName}, nil
}

// newStage returns the stage to follow the one that there is, of which it keeps
// what is not configured differently: the log stream, and used tokens.
func (s *Service) newStage(c *configuration, p *stageProperties) (*stage, error) {
	st := &stage{variables: p.StageVariables}
	var old stage
	if c.stage != nil {
		old = *c.stage
	}
	var err error
	if st.log, err = s.accessLog(c.name, p.AccessLogSettings, old.log); err != nil {
		return nil, fmt.Errorf("property AccessLogSettings: %w", err)
	}
	st.limits, err = newLimits(c, p, old.limits.buckets)
	return st, err
}
