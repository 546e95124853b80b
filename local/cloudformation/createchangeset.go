package cloudformation

import (
	"context"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/provision"
)

type createChangeSetInput struct {
	request
	previousInput
	ChangeSetName           string
	ChangeSetType           string // UPDATE, which "" stands for, or CREATE
	ClientToken             string
	Description             string // at most 1024 bytes
	IncludeNestedStacks     bool   // there are none
	ImportExistingResources bool
	ResourcesToImport       []struct {
		LogicalResourceId  string
		ResourceType       string
		ResourceIdentifier map[string]string
	}
	DeploymentMode string
}

type createChangeSetOutput struct{ Id, StackId string }

const (
	typeCreate = "CREATE"
	typeUpdate = "UPDATE"
)

// noChanges is the reason of a set that would change nothing.
const noChanges = "The submitted information didn't contain changes. Submit different information to create a change set."

// createChangeSet plans what a stack is to become. With the type CREATE the
// stack comes to be, in review.
func (s *Service) createChangeSet(ctx context.Context, in *createChangeSetInput) (*createChangeSetOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	stack, err := s.planned(in)
	if err != nil {
		return nil, err
	}
	if there := s.again(in, stack); there != nil {
		return there, nil
	}
	spec, err := s.spec(ctx, &in.request, in.UsePreviousTemplate, stack)
	if err != nil {
		return nil, err
	}
	plan, err := s.config.Engine.Plan(ctx, in.StackName, spec)
	if err != nil {
		return nil, refusal(err)
	}
	if stack == nil {
		reviewed, err := s.config.Engine.Review(in.StackName, "")
		if err != nil {
			return nil, refusal(err)
		}
		stack = &reviewed
	}
	c := in.changeSet(*stack, spec, plan)
	c.id = "arn:aws:cloudformation:" + s.config.Region + ":" + s.config.Account + ":changeSet/" + c.name + "/" + uuid.NewString()
	if err := s.add(c); err != nil {
		return nil, err
	}
	return &createChangeSetOutput{c.id, stack.ID}, nil
}

func (in *createChangeSetInput) check() error {
	if !changeSetName.MatchString(in.ChangeSetName) {
		return constraint(in.ChangeSetName, "changeSetName", "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*")
	}
	if len(in.Description) > 1024 {
		return constraint(in.Description, "description", "have length less than or equal to 1024")
	}
	switch {
	case in.ChangeSetType == "IMPORT":
		return unsupported("ChangeSetType IMPORT")
	case in.ChangeSetType != "" && in.ChangeSetType != typeCreate && in.ChangeSetType != typeUpdate:
		return constraint(in.ChangeSetType, "changeSetType", "satisfy enum value set: [CREATE, UPDATE, IMPORT]")
	case len(in.ResourcesToImport) > 0:
		return unsupported("ResourcesToImport")
	case in.DeploymentMode != "":
		return unsupported("DeploymentMode " + in.DeploymentMode)
	}
	return checkToken(in.ClientToken, "clientToken")
}

// planned is the stack that a set is for, nil if it has to be made.
func (s *Service) planned(in *createChangeSetInput) (*provision.Stack, error) {
	if in.ChangeSetType != typeCreate {
		stack, err := s.active(in.StackName)
		if err == nil && !stack.Status.Updatable() {
			err = invalid("Stack:%s is in %s state and can not be updated.", stack.ID, stack.Status)
		}
		return &stack, err
	}
	if in.StackName == "" {
		return nil, missing("stackName")
	}
	stack, there := s.config.Engine.Stack(in.StackName)
	switch {
	case !there || stack.Status == provision.DeleteComplete:
		return nil, nil
	case stack.Status != provision.ReviewInProgress:
		return nil, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", stack.Name, in.ChangeSetName)
	}
	return &stack, nil
}

// again is the answer to a request that was sent before.
func (s *Service) again(in *createChangeSetInput, stack *provision.Stack) *createChangeSetOutput {
	if stack == nil || in.ClientToken == "" {
		return nil
	}
	c, err := s.changeSet(changeSetInput{stackInput{stack.ID}, in.ChangeSetName})
	if err != nil || c.token != in.ClientToken {
		return nil
	}
	return &createChangeSetOutput{c.id, stack.ID}
}

func (in *createChangeSetInput) changeSet(stack provision.Stack, spec provision.Spec, plan provision.Plan) *changeSet {
	c := &changeSet{
		name: in.ChangeSetName, description: in.Description, token: in.ClientToken, created: time.Now(),
		nested: in.IncludeNestedStacks, imports: in.ImportExistingResources, stack: stack, spec: spec, plan: plan, deployment: in.DeploymentConfig,
	}
	// A stack that was left half way is finished by an update without changes.
	if plan.Empty() && !stack.Status.Paused() && stack.Status != provision.ReviewInProgress {
		c.reason = noChanges
	}
	return c
}
