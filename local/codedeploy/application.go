package codedeploy

import (
	"cmp"
	"context"
	"fmt"

	"eda-demo/local/resource"
)

// applicationProperties are the properties of AWS::CodeDeploy::Application.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-application.html
type applicationProperties struct {
	ApplicationName string
	ComputePlatform string
	Tags            []resource.Tag
}

func readApplication(d resource.Definition) (string, error) {
	var p applicationProperties
	if err := d.Decode(&p); err != nil {
		return "", err
	}
	name := cmp.Or(d.PhysicalID, p.ApplicationName, d.Name(maxName))
	switch {
	case p.ComputePlatform != "Lambda":
		return "", fmt.Errorf("property ComputePlatform: %q is not supported, only Lambda", p.ComputePlatform)
	case len(name) > maxName:
		return "", fmt.Errorf("property ApplicationName: %d characters are more than %d", len(name), maxName)
	}
	return name, nil
}

func (s *Service) createApplication(_ context.Context, d resource.Definition) (resource.Instance, error) {
	name, err := readApplication(d)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.applications[name] == nil:
		s.applications[name] = map[string]bool{}
	case !d.TakesUp():
		return resource.Instance{}, alreadyExists(applicationType, name)
	}
	return resource.Instance{ID: name}, nil
}

func (s *Service) updateApplication(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	name, err := readApplication(next)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.applications[name] == nil {
		return resource.Instance{}, notFound(applicationType, name)
	}
	return resource.Instance{ID: name}, nil
}

// deleteApplication deletes an application with its deployment groups.
func (s *Service) deleteApplication(_ context.Context, d resource.Definition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.applications, d.PhysicalID)
	return nil
}
