package cloudformation

import (
	"context"
	"slices"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

type executeChangeSetInput struct {
	changeSetInput
	ClientRequestToken   string
	DisableRollback      bool
	RetainExceptOnCreate bool
}

// executeChangeSet does what a change set says and waits for it a little.
func (s *Service) executeChangeSet(ctx context.Context, in *executeChangeSetInput) (*struct{}, error) {
	if err := checkToken(in.ClientRequestToken, "clientRequestToken"); err != nil {
		return nil, err
	}
	c, err := s.changeSet(in.changeSetInput)
	if err != nil {
		return nil, err
	}
	if err := s.claim(c); err != nil {
		return nil, err
	}
	operation, err := s.execute(c, provision.Options{
		DisableRollback: in.DisableRollback || c.deployment.disablesRollback(), RetainExceptOnCreate: in.RetainExceptOnCreate,
		ImportExisting: c.imports, Token: in.ClientRequestToken,
	})
	s.mu.Lock()
	c.operation, c.claimed = operation, err == nil
	s.mu.Unlock()
	if err != nil {
		return nil, refusal(err)
	}
	settle(ctx, operation)
	return nil, nil
}

// claim makes sure that a set is executed once.
func (s *Service) claim(c *changeSet) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, _ := s.config.Engine.Stack(c.stack.ID)
	if status := c.status(); status != statusComplete {
		return cannotExecute(c, "status", status)
	}
	if status := c.execution(now); status != executionAvailable {
		return cannotExecute(c, "execution status", status)
	}
	c.claimed = true
	return nil
}

func cannotExecute(c *changeSet, what, status string) error {
	return frontdoor.Errorf("InvalidChangeSetStatus", "ChangeSet [%s] cannot be executed in its current %s of [%s]", c.id, what, status)
}

func (s *Service) execute(c *changeSet, options provision.Options) (*provision.Operation, error) {
	if c.stack.Status == provision.ReviewInProgress {
		return s.config.Engine.Create(c.stack.Name, c.spec, options)
	}
	return s.config.Engine.Update(c.stack.ID, c.spec, options)
}

type deleteChangeSetInput struct{ changeSetInput }

// deleteChangeSet removes a set; one that does not exist is removed with
// success. A stack that was made for it stays in review.
func (s *Service) deleteChangeSet(_ context.Context, in *deleteChangeSetInput) (*struct{}, error) {
	c, err := s.changeSet(in.changeSetInput)
	if frontdoor.Code(err) == "ChangeSetNotFound" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.claimed && c.progress() == executionInProgress {
		return nil, frontdoor.Errorf("InvalidChangeSetStatus", "ChangeSet [%s] cannot be deleted in its current execution status of [%s]", c.id, executionInProgress)
	}
	s.changeSets[c.stack.ID] = slices.DeleteFunc(s.changeSets[c.stack.ID], func(other *changeSet) bool { return other == c })
	return nil, nil
}
