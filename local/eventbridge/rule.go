package eventbridge

import (
	"context"
	"strings"

	"eda-demo/local/eventpattern"
	"eda-demo/local/frontdoor"
)

const (
	maxRules    = 300 // on a bus
	maxRuleName = 64
	// maxPattern is the quota that is only raised on request, in characters.
	maxPattern = 2048

	enabled  = "ENABLED"
	disabled = "DISABLED"
)

type putRuleInput struct {
	Name               string
	EventBusName       string
	EventPattern       string
	ScheduleExpression string
	State              string
	Description        string
	RoleArn            string
	Tags               []tag
}

func (in *putRuleInput) ruleName() (rule, bus string) { return in.Name, in.EventBusName }

type putRuleOutput struct{ RuleArn string }

type ruleNameInput struct {
	Name         string
	EventBusName string
}

func (in *ruleNameInput) ruleName() (rule, bus string) { return in.Name, in.EventBusName }

type deleteRuleInput struct {
	Name         string
	EventBusName string
	Force        bool // concerns rules that AWS services manage; there are none
}

func (in *deleteRuleInput) ruleName() (rule, bus string) { return in.Name, in.EventBusName }

type ruleOutput struct {
	Name         string
	Arn          string
	EventPattern string
	State        string
	Description  string `json:",omitempty"`
	EventBusName string
	CreatedBy    string `json:",omitempty"`
}

type listRulesInput struct {
	NamePrefix   string
	EventBusName string
	NextToken    string
	Limit        int
}

type listRulesOutput struct {
	Rules     []ruleOutput
	NextToken string `json:",omitempty"`
}

func (s *Service) putRule(_ context.Context, in *putRuleInput) (*putRuleOutput, error) {
	r, err := s.newRule(in)
	if err != nil {
		return nil, err
	}
	err = s.store.change(func(t *tables) error {
		if old := t.rules[r.bus][r.name]; old != nil {
			r.targets = old.targets
		}
		return t.addRule(r)
	})
	if err != nil {
		return nil, err
	}
	return &putRuleOutput{RuleArn: r.arn}, nil
}

// addRule puts a rule on a bus that has room for it, or replaces it.
func (t *tables) addRule(r *rule) error {
	switch existing := t.rules[r.bus]; {
	case t.buses[r.bus] == nil:
		return noBus(r.bus)
	case existing[r.name] == nil && len(existing) >= maxRules:
		return tooMany()
	}
	t.putRule(r)
	return nil
}

// newRule checks a rule; its bus is checked when it is put.
func (s *Service) newRule(in *putRuleInput) (*rule, error) {
	bus, err := s.busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	if err := checkRule(in); err != nil {
		return nil, err
	}
	compiled, err := eventpattern.Compile([]byte(in.EventPattern))
	if err != nil {
		return nil, frontdoor.Errorf("InvalidEventPatternException", "%v", err)
	}
	return &rule{
		bus: bus, name: in.Name, arn: s.ruleARN(bus, in.Name), description: in.Description,
		pattern: in.EventPattern, compiled: compiled, enabled: in.State != disabled,
	}, nil
}

func checkRule(in *putRuleInput) error {
	if err := checkName(in.Name, "name", maxRuleName, ruleNamePattern); err != nil {
		return err
	}
	switch {
	case in.ScheduleExpression != "":
		return invalid("ScheduleExpression is not supported.")
	case in.RoleArn != "":
		// AWS takes it and calls no target with it: the targets' own counts.
		return invalid("RoleArn of a rule is not supported: set RoleArn of its targets.")
	case in.EventPattern == "":
		return invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case len(in.EventPattern) > maxPattern:
		return invalid("Event pattern is %d characters long, at most %d are allowed.", len(in.EventPattern), maxPattern)
	case in.State == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS":
		return invalid("State %s is not supported.", in.State)
	case in.State != "" && in.State != enabled && in.State != disabled:
		return constraint(in.State, "state", "satisfy enum value set: [DISABLED, ENABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]")
	}
	return checkLength(in.Description, "description", maxDescription)
}

func (s *Service) deleteRule(_ context.Context, in *deleteRuleInput) (*nothing, error) {
	bus, err := s.busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	return &nothing{}, s.store.change(func(t *tables) error {
		if t.buses[bus] == nil {
			return noBus(bus)
		}
		if r := t.rules[bus][in.Name]; r != nil && len(r.targets) > 0 {
			return invalid("Rule can't be deleted since it has targets.")
		}
		t.deleteRule(bus, in.Name)
		return nil
	})
}

func (s *Service) describeRule(_ context.Context, in *ruleNameInput) (*ruleOutput, error) {
	bus, err := s.busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	r, err := s.store.rule(bus, in.Name)
	if err != nil {
		return nil, err
	}
	out := describe(r)
	out.CreatedBy = s.Account
	return &out, nil
}

func describe(r *rule) ruleOutput {
	state := disabled
	if r.enabled {
		state = enabled
	}
	return ruleOutput{
		Name: r.name, Arn: r.arn, EventPattern: r.pattern, State: state,
		Description: r.description, EventBusName: r.bus,
	}
}

func (s *Service) listRules(_ context.Context, in *listRulesInput) (*listRulesOutput, error) {
	bus, err := s.busName(in.EventBusName)
	if err != nil {
		return nil, err
	}
	all, err := s.store.rules(bus, func(r *rule) bool { return strings.HasPrefix(r.name, in.NamePrefix) })
	if err != nil {
		return nil, err
	}
	rules, next, err := pageOf(all, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listRulesOutput{Rules: []ruleOutput{}, NextToken: next}
	for _, r := range rules {
		out.Rules = append(out.Rules, describe(r))
	}
	return out, nil
}

func (s *Service) enableRule(_ context.Context, in *ruleNameInput) (*nothing, error) {
	return &nothing{}, s.changeRule(in, func(r *rule) error { r.enabled = true; return nil })
}

func (s *Service) disableRule(_ context.Context, in *ruleNameInput) (*nothing, error) {
	return &nothing{}, s.changeRule(in, func(r *rule) error { r.enabled = false; return nil })
}

// changeRule replaces a rule by a changed copy.
func (s *Service) changeRule(in interface{ ruleName() (rule, bus string) }, change func(*rule) error) error {
	name, busReference := in.ruleName()
	bus, err := s.busName(busReference)
	if err != nil {
		return err
	}
	return s.store.change(func(t *tables) error {
		old, err := t.rule(bus, name)
		if err != nil {
			return err
		}
		changed := *old
		if err := change(&changed); err != nil {
			return err
		}
		t.putRule(&changed)
		return nil
	})
}
