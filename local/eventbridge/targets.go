package eventbridge

import (
	"context"
	"slices"
	"strings"
)

const maxTargets = 5 // of a rule

type putTargetsInput struct {
	Rule         string
	EventBusName string
	Targets      []Target
}

func (in *putTargetsInput) ruleName() (rule, bus string) { return in.Rule, in.EventBusName }

// failures of PutTargets and RemoveTargets per target; they fail as a whole or
// not at all here, as AWS does for everything but internal errors.
type targetsOutput struct {
	FailedEntryCount int
	FailedEntries    []struct{}
}

type removeTargetsInput struct {
	Rule         string
	EventBusName string
	Ids          []string
	Force        bool
}

func (in *removeTargetsInput) ruleName() (rule, bus string) { return in.Rule, in.EventBusName }

type listTargetsInput struct {
	Rule         string
	EventBusName string
	NextToken    string
	Limit        int
}

func (in *listTargetsInput) ruleName() (rule, bus string) { return in.Rule, in.EventBusName }

type listTargetsOutput struct {
	Targets   []Target
	NextToken string `json:",omitempty"`
}

type listRuleNamesInput struct {
	TargetArn    string
	EventBusName string
	NextToken    string
	Limit        int
}

type listRuleNamesOutput struct {
	RuleNames []string
	NextToken string `json:",omitempty"`
}

func (s *Service) putTargets(_ context.Context, in *putTargetsInput) (*targetsOutput, error) {
	if len(in.Targets) == 0 {
		return nil, constraint("[]", "targets", "have length greater than or equal to 1")
	}
	if err := s.checkTargets(in.Targets); err != nil {
		return nil, err
	}
	if err := s.changeRule(in, func(r *rule) error { return r.putTargets(in.Targets) }); err != nil {
		return nil, err
	}
	return &targetsOutput{FailedEntries: []struct{}{}}, nil
}

func (s *Service) checkTargets(targets []Target) error {
	for i := range targets {
		if err := s.checkTarget(&targets[i]); err != nil {
			return err
		}
	}
	return nil
}

// putTargets adds targets, or replaces those with the same ids.
func (r *rule) putTargets(targets []Target) error {
	for _, t := range targets {
		if err := r.putTarget(t); err != nil {
			return err
		}
	}
	if len(r.targets) > maxTargets {
		return tooMany()
	}
	return nil
}

// putTarget adds a target, or replaces the one with the same id.
func (r *rule) putTarget(t Target) error {
	header, err := newHeader(r, t)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(slices.Clone(r.targets), func(old target) bool { return old.Id == t.Id })
	r.targets = append(kept, target{Target: t, header: header})
	slices.SortFunc(r.targets, func(a, b target) int { return strings.Compare(a.Id, b.Id) })
	return nil
}

func (s *Service) removeTargets(_ context.Context, in *removeTargetsInput) (*targetsOutput, error) {
	if len(in.Ids) == 0 {
		return nil, constraint("[]", "ids", "have length greater than or equal to 1")
	}
	err := s.changeRule(in, func(r *rule) error {
		r.targets = slices.DeleteFunc(slices.Clone(r.targets), func(t target) bool { return slices.Contains(in.Ids, t.Id) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &targetsOutput{FailedEntries: []struct{}{}}, nil
}

func (s *Service) listTargetsByRule(_ context.Context, in *listTargetsInput) (*listTargetsOutput, error) {
	bus, err := s.busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	r, err := s.store.rule(bus, in.Rule)
	if err != nil {
		return nil, err
	}
	targets, next, err := pageOf(r.targets, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listTargetsOutput{Targets: []Target{}, NextToken: next}
	for _, t := range targets {
		out.Targets = append(out.Targets, t.Target)
	}
	return out, nil
}

func (s *Service) listRuleNamesByTarget(_ context.Context, in *listRuleNamesInput) (*listRuleNamesOutput, error) {
	bus, err := s.busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	all, err := s.store.rules(bus, func(r *rule) bool {
		return slices.ContainsFunc(r.targets, func(t target) bool { return t.Arn == in.TargetArn })
	})
	if err != nil {
		return nil, err
	}
	rules, next, err := pageOf(all, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listRuleNamesOutput{RuleNames: []string{}, NextToken: next}
	for _, r := range rules {
		out.RuleNames = append(out.RuleNames, r.name)
	}
	return out, nil
}
