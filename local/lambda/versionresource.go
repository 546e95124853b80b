package lambda

import (
	"context"
	"fmt"
	"strconv"

	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// versionProperties are the properties of AWS::Lambda::Version that are
// supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
type versionProperties struct{ FunctionName, Description, CodeSha256 string }

// createVersion creates an AWS::Lambda::Version. After a restart it is the
// function as its template says then, which is what it was published from;
// versions that no template has any more are not kept.
func (s *Service) createVersion(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p versionProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if len(p.Description) > maxDescription {
		return resource.Instance{}, fmt.Errorf("property Description: %d characters are more than %d", len(p.Description), maxDescription)
	}
	f, err := s.functionIn("FunctionName", p.FunctionName)
	if err != nil {
		return resource.Instance{}, err
	}
	number := 0
	if definition.PhysicalID != "" {
		if number, err = s.numberIn(definition.PhysicalID); err != nil {
			return resource.Instance{}, err
		}
		if v := s.state.version(f, number); v != nil {
			return v.instance(), nil
		}
	}
	v, err := s.publish(f, number, p.Description, p.CodeSha256)
	if err != nil {
		return resource.Instance{}, err
	}
	return v.instance(), nil
}

func (v *version) instance() resource.Instance {
	return resource.Instance{ID: v.arn(), Attributes: map[string]any{"Version": v.name, "FunctionArn": v.arn()}}
}

// numberIn is the version in an ARN.
func (s *Service) numberIn(arn string) (int, error) {
	r, err := s.parseReference(arn, "")
	if err != nil {
		return 0, err
	}
	number, err := strconv.Atoi(r.qualifier)
	if err != nil || number < 1 {
		return 0, fmt.Errorf("%s is not the ARN of a version", arn)
	}
	return number, nil
}

// deleteVersion deletes an AWS::Lambda::Version. The function may be gone.
func (s *Service) deleteVersion(_ context.Context, definition resource.Definition) error {
	number, err := s.numberIn(definition.PhysicalID)
	if err != nil {
		return err
	}
	r, err := s.parseReference(definition.PhysicalID, "")
	if err != nil {
		return err
	}
	if f := s.state.function(r.name); f != nil {
		return s.removeVersion(f, number)
	}
	return nil
}

// aliasProperties are the properties of AWS::Lambda::Alias that are supported:
// an alias leads to one version at a time.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html
type aliasProperties struct{ FunctionName, FunctionVersion, Name, Description string }

func (p *aliasProperties) read(definition resource.Definition) error {
	if err := definition.Decode(p); err != nil {
		return err
	}
	return checkAlias(p.Name, p.Description)
}

// createAlias creates an AWS::Lambda::Alias.
func (s *Service) createAlias(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p aliasProperties
	if err := p.read(definition); err != nil {
		return resource.Instance{}, err
	}
	f, err := s.functionIn("FunctionName", p.FunctionName)
	if err != nil {
		return resource.Instance{}, err
	}
	a, err := s.state.addAlias(f, p.Name, p.FunctionVersion, p.Description)
	if err != nil {
		return resource.Instance{}, err
	}
	return a.instance(), nil
}

func (a *alias) instance() resource.Instance {
	return resource.Instance{ID: a.arn(), Attributes: map[string]any{"AliasArn": a.arn()}}
}

// updateAlias leads an AWS::Lambda::Alias to another version, at once: there
// are no alarms here that a gradual deployment could be stopped by.
func (s *Service) updateAlias(_ context.Context, _, next resource.Definition) (resource.Instance, error) {
	var p aliasProperties
	if err := p.read(next); err != nil {
		return resource.Instance{}, err
	}
	f, err := s.functionIn("FunctionName", p.FunctionName)
	if err != nil {
		return resource.Instance{}, err
	}
	a, err := s.state.changeAlias(f, p.Name, &p.FunctionVersion, &p.Description)
	if err != nil {
		return resource.Instance{}, err
	}
	return a.instance(), nil
}

// deleteAlias deletes an AWS::Lambda::Alias with what is configured of it. The
// function may be gone.
func (s *Service) deleteAlias(_ context.Context, definition resource.Definition) error {
	r, err := s.parseReference(definition.PhysicalID, "")
	if err != nil {
		return err
	}
	f := s.state.function(r.name)
	if f == nil {
		return nil
	}
	err = s.state.removeAlias(f, r.qualifier)
	if frontdoor.Code(err) == "ResourceNotFoundException" {
		return nil
	}
	return err
}
