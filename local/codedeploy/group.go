package codedeploy

import (
	"cmp"
	"context"
	"fmt"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

func readGroup(d resource.Definition) (name string, p groupProperties, err error) {
	if err := d.Decode(&p); err != nil {
		return "", p, err
	}
	name = cmp.Or(d.PhysicalID, p.DeploymentGroupName, d.Name(maxName))
	if len(name) > maxName {
		return "", p, fmt.Errorf("property DeploymentGroupName: %d characters are more than %d", len(name), maxName)
	}
	return name, p, p.check()
}

// putGroup adds a deployment group, or changes nothing of one but to check its
// properties: admit decides, knowing whether there is one.
func (s *Service) putGroup(d resource.Definition, admit func(name string, exists bool) error) (resource.Instance, error) {
	name, p, err := readGroup(d)
	if err != nil {
		return resource.Instance{}, err
	}
	arn := d.Stack.ARN("codedeploy", "deploymentgroup:"+p.ApplicationName+"/"+name)
	caller := iam.Service("codedeploy.amazonaws.com", s.config.Account, arn)
	if _, err := s.config.Directory.Assume(caller, p.ServiceRoleArn, "codedeploy"); err != nil {
		return resource.Instance{}, fmt.Errorf("property ServiceRoleArn: CodeDeploy can't assume the role: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	groups := s.applications[p.ApplicationName]
	if groups == nil {
		return resource.Instance{}, fmt.Errorf("property ApplicationName: %w", notFound(applicationType, p.ApplicationName))
	}
	if err := admit(name, groups[name]); err != nil {
		return resource.Instance{}, err
	}
	groups[name] = true
	return resource.Instance{ID: name}, nil
}

func (s *Service) createGroup(_ context.Context, d resource.Definition) (resource.Instance, error) {
	return s.putGroup(d, func(name string, exists bool) error {
		if exists && !d.TakesUp() {
			return alreadyExists(groupType, name)
		}
		return nil
	})
}

func (s *Service) updateGroup(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	return s.putGroup(next, func(name string, exists bool) error {
		if !exists {
			return notFound(groupType, name)
		}
		return nil
	})
}

// deleteGroup deletes a deployment group. Its application may be gone.
func (s *Service) deleteGroup(_ context.Context, d resource.Definition) error {
	var p groupProperties
	if err := d.Decode(&p); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.applications[p.ApplicationName], d.PhysicalID)
	return nil
}
