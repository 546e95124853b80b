package ssm

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

type putInput struct {
	settings
	Overwrite bool
	Tags      []resource.Tag // change nothing: no operation tells them
}

type putOutput struct {
	Tier    string
	Version int64
}

func (s *Service) putAccess(_ context.Context, in *putInput) ([]iam.Access, error) {
	return s.accesses("PutParameter", in.Name), nil
}

func (s *Service) put(ctx context.Context, in *putInput) (*putOutput, error) {
	if in.Overwrite && len(in.Tags) > 0 {
		return nil, validation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there := s.find(in.Name)
	if there != nil && !in.Overwrite {
		return nil, alreadyExists()
	}
	set := in.settings
	if there != nil && set.Type == "" {
		set.Type = there.Type
	}
	changed, err := s.write(there, set, frontdoor.Caller(ctx).ARN)
	if err != nil {
		return nil, err
	}
	return &putOutput{tier, changed.newest().Number}, nil
}

func alreadyExists() error {
	return frontdoor.Errorf("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
}

// write makes a new version of a parameter, which is nil if there is none. The
// caller holds the lock.
func (s *Service) write(there *parameter, set settings, user string) (*parameter, error) {
	if err := set.check(s.arn(set.Name)); err != nil {
		return nil, err
	}
	if there != nil && there.Type != set.Type {
		return nil, frontdoor.Errorf("HierarchyTypeMismatchException", "Parameter Store doesn't support changing a parameter type from %s to %s. Create a new, unique parameter.", there.Type, set.Type)
	}
	if len(s.parameters) >= maxParameters && s.parameters[set.Name] == nil {
		return nil, frontdoor.Errorf("ParameterLimitExceeded", "There are %d parameters in this account, which is the limit.", maxParameters)
	}
	changed := there.next(set, user)
	if err := s.Store.Update(func(tx *store.Tx) { tx.Put(kept, set.Name, changed) }); err != nil {
		return nil, err
	}
	s.parameters[set.Name] = changed
	return changed, nil
}

type deleteInput struct{ Name string }

type deleteOutput struct{}

func (s *Service) deleteAccess(_ context.Context, in *deleteInput) ([]iam.Access, error) {
	return s.accesses("DeleteParameter", in.Name), nil
}

func (s *Service) delete(_ context.Context, in *deleteInput) (*deleteOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parameters[in.Name] != nil {
		return &deleteOutput{}, s.remove(in.Name)
	}
	if _, ok := preset[in.Name]; ok {
		return nil, validation("The parameter %s comes with the account and can't be deleted.", in.Name)
	}
	return nil, notFound(in.Name)
}

// remove deletes a parameter that was made, if it is there. The caller holds
// the lock.
func (s *Service) remove(name string) error {
	if s.parameters[name] == nil {
		return nil
	}
	if err := s.Store.Update(func(tx *store.Tx) { tx.Delete(kept, name) }); err != nil {
		return err
	}
	delete(s.parameters, name)
	return nil
}
