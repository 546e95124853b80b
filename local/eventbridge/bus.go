package eventbridge

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
)

const (
	maxBuses       = 100
	maxBusName     = 256
	maxDescription = 512
)

type createEventBusInput struct {
	Name        string
	Description string
	Tags        []tag
}

type tag struct{ Key, Value string }

type createEventBusOutput struct {
	EventBusArn string
	Description string `json:",omitempty"`
}

type busNameInput struct{ Name string }

type busOutput struct {
	Name             string
	Arn              string
	Description      string `json:",omitempty"`
	Policy           string `json:",omitempty"`
	CreationTime     frontdoor.Timestamp
	LastModifiedTime frontdoor.Timestamp
}

type listEventBusesInput struct {
	NamePrefix string
	NextToken  string
	Limit      int
}

type listEventBusesOutput struct {
	EventBuses []busOutput
	NextToken  string `json:",omitempty"`
}

type nothing struct{}

func (s *Service) newBus(name, description string) *bus {
	now := time.Now()
	return &bus{name: name, description: description, created: now, modified: now}
}

func (s *Service) createEventBus(_ context.Context, in *createEventBusInput) (*createEventBusOutput, error) {
	if err := checkBus(in); err != nil {
		return nil, err
	}
	err := s.store.change(func(t *tables) error {
		if t.buses[in.Name] != nil {
			return frontdoor.Errorf("ResourceAlreadyExistsException", "Event bus %s already exists.", in.Name)
		}
		if len(t.buses) >= maxBuses {
			return tooMany()
		}
		t.putBus(s.newBus(in.Name, in.Description))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &createEventBusOutput{EventBusArn: s.busARN(in.Name), Description: in.Description}, nil
}

func checkBus(in *createEventBusInput) error {
	if err := checkName(in.Name, "name", maxBusName, busNamePattern); err != nil {
		return err
	}
	// Slashes are for the buses of partners, which are made from an event source.
	if strings.Contains(in.Name, "/") {
		return invalid("Event bus name must not contain '/'.")
	}
	return checkLength(in.Description, "description", maxDescription)
}

func (s *Service) deleteEventBus(_ context.Context, in *busNameInput) (*nothing, error) {
	name, err := s.busName(in.Name)
	if err != nil {
		return nil, err
	}
	if name == defaultBus {
		return nil, invalid("Cannot delete event bus default.")
	}
	return &nothing{}, s.store.change(func(t *tables) error {
		if len(t.rules[name]) > 0 {
			return invalid("Event bus can't be deleted since it has rules.")
		}
		t.deleteBus(name)
		return nil
	})
}

func (s *Service) describeEventBus(_ context.Context, in *busNameInput) (*busOutput, error) {
	name, err := s.busName(in.Name)
	if err != nil {
		return nil, err
	}
	b := s.store.bus(name)
	if b == nil {
		return nil, noBus(name)
	}
	out := s.describeBus(b)
	return &out, nil
}

func (s *Service) listEventBuses(_ context.Context, in *listEventBusesInput) (*listEventBusesOutput, error) {
	buses, next, err := pageOf(s.store.allBuses(in.NamePrefix), in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listEventBusesOutput{EventBuses: []busOutput{}, NextToken: next}
	for _, b := range buses {
		out.EventBuses = append(out.EventBuses, s.describeBus(b))
	}
	return out, nil
}

func (s *Service) describeBus(b *bus) busOutput {
	return busOutput{
		Name: b.name, Arn: s.busARN(b.name), Description: b.description, Policy: policyDocument(b.statements),
		CreationTime: frontdoor.At(b.created), LastModifiedTime: frontdoor.At(b.modified),
	}
}

// policyDocument returns the policy of a bus as JSON, "" if it has none.
func policyDocument(statements map[string]json.RawMessage) string {
	if len(statements) == 0 {
		return ""
	}
	texts := []string{}
	for _, statement := range sortedBy(statements, func(json.RawMessage) bool { return true }) {
		texts = append(texts, string(statement))
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(texts, ",") + `]}`
}
