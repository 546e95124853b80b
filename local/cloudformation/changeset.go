package cloudformation

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

// maxChangeSets is how many change sets of one stack are kept.
const maxChangeSets = 100

var changeSetName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// changeSet is a plan for a stack. Service.mu guards what is not fixed from the
// beginning.
type changeSet struct {
	id, name, description, token string
	created                      time.Time
	nested, imports              bool
	stack                        provision.Stack // as it was when the set was planned
	spec                         provision.Spec
	plan                         provision.Plan
	deployment                   *deploymentConfig
	reason                       string // why it can't be executed, "" if it can be

	claimed   bool                 // it is being executed, or has been
	operation *provision.Operation // nil before it is executed
}

// The statuses of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
const (
	statusComplete = "CREATE_COMPLETE"
	statusFailed   = "FAILED"

	executionUnavailable = "UNAVAILABLE"
	executionAvailable   = "AVAILABLE"
	executionInProgress  = "EXECUTE_IN_PROGRESS"
	executionComplete    = "EXECUTE_COMPLETE"
	executionFailed      = "EXECUTE_FAILED"
	executionObsolete    = "OBSOLETE"
)

func (c *changeSet) status() string {
	if c.reason != "" {
		return statusFailed
	}
	return statusComplete
}

// execution is the execution status, given what the stack is now.
func (c *changeSet) execution(now provision.Stack) string {
	switch {
	case c.reason != "":
		return executionUnavailable
	case c.claimed:
		return c.progress()
	case now.Status != c.stack.Status || !now.Updated.Equal(c.stack.Updated):
		return executionObsolete
	}
	return executionAvailable
}

// progress is the execution status of a set that is or was executed.
func (c *changeSet) progress() string {
	if c.operation == nil {
		return executionInProgress
	}
	done, cancel := context.WithCancel(context.Background())
	cancel() // the wait answers at once
	switch err := c.operation.Wait(done); err {
	case nil:
		return executionComplete
	case context.Canceled:
		return executionInProgress
	}
	return executionFailed
}

func notFound(name string) error {
	return &frontdoor.Error{Code: "ChangeSetNotFound", Status: http.StatusNotFound, Message: "ChangeSet [" + name + "] does not exist"}
}

// changeSet returns a set by its id, or by its name and its stack. One that was
// executed has given its name away.
func (s *Service) changeSet(in changeSetInput) (*changeSet, error) {
	if in.ChangeSetName == "" {
		return nil, missing("changeSetName")
	}
	isID := strings.HasPrefix(in.ChangeSetName, "arn:")
	if !isID && in.StackName == "" {
		return nil, invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
	}
	stackID := s.stackOf(in.ChangeSetName)
	if !isID {
		stack, err := s.active(in.StackName)
		if err != nil {
			return nil, err
		}
		stackID = stack.ID
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range slices.Backward(s.changeSets[stackID]) {
		if c.id == in.ChangeSetName || !isID && c.name == in.ChangeSetName && !c.claimed {
			return c, nil
		}
	}
	return nil, notFound(in.ChangeSetName)
}

// stackOf returns the id of the stack that a change set with an id belongs to,
// "" if there is none.
func (s *Service) stackOf(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for stackID, sets := range s.changeSets {
		if slices.ContainsFunc(sets, func(c *changeSet) bool { return c.id == id }) {
			return stackID
		}
	}
	return ""
}

// add keeps a set, and drops those of stacks that are gone.
func (s *Service) add(c *changeSet) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.changeSets {
		if stack, there := s.config.Engine.Stack(id); !there || stack.Status == provision.DeleteComplete {
			delete(s.changeSets, id)
		}
	}
	sets := s.changeSets[c.stack.ID]
	if slices.ContainsFunc(sets, func(other *changeSet) bool { return other.name == c.name && !other.claimed }) {
		return frontdoor.Errorf("AlreadyExistsException", "ChangeSet %s already exists", c.name)
	}
	if len(sets) >= maxChangeSets {
		oldest := slices.IndexFunc(sets, func(c *changeSet) bool { return c.claimed && c.progress() != executionInProgress })
		if oldest < 0 {
			return frontdoor.Errorf("LimitExceededException", "ChangeSet limit exceeded: a stack can have %d", maxChangeSets)
		}
		sets = slices.Delete(sets, oldest, oldest+1)
	}
	s.changeSets[c.stack.ID] = append(sets, c)
	return nil
}

// lastExecuted is the id of the set by which a stack was last changed, "" if
// there is none.
func (s *Service) lastExecuted(stackID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range slices.Backward(s.changeSets[stackID]) {
		if c.claimed {
			return c.id
		}
	}
	return ""
}
