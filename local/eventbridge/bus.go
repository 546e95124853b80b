package eventbridge

import (
	"context"
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
	if err := s.store.change(func(t *tables) error { return t.createBus(s.newBus(in.Name, in.Description)) }); err != nil {
		return nil, err
	}
	return &createEventBusOutput{EventBusArn: s.busARN(in.Name), Description: in.Description}, nil
}

// createBus adds a bus if its name is free.
func (t *tables) createBus(b *bus) error {
	if t.buses[b.name] != nil {
		return frontdoor.Errorf("ResourceAlreadyExistsException", "Event bus %s already exists.", b.name)
	}
	if len(t.buses) >= maxBuses {
		return tooMany()
	}
	t.putBus(b)
	return nil
}

// removeBus deletes a bus if it has no rules and no archives. One that does not exist is no
// error, as on AWS.
func (t *tables) removeBus(name string) error {
	if name == defaultBus {
		return invalid("Cannot delete event bus default.")
	}
	if len(t.rules[name]) > 0 || len(t.fed[name]) > 0 { // archives have managed rules
		return invalid("EventBus can't be deleted since it has rules.")
	}
	t.deleteBus(name)
	return nil
}

// changeBus replaces a bus by a changed copy, whose policy is read anew, and
// returns it.
func (s *Service) changeBus(name string, change func(*bus) error) (*bus, error) {
	var changed bus
	err := s.store.change(func(t *tables) error {
		old := t.buses[name]
		if old == nil {
			return noBus(name)
		}
		changed = *old
		changed.modified = time.Now()
		if err := change(&changed); err != nil {
			return err
		}
		if err := changed.compile(); err != nil {
			return err
		}
		t.putBus(&changed)
		return nil
	})
	return &changed, err
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
	return &nothing{}, s.store.change(func(t *tables) error { return t.removeBus(name) })
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
		Name: b.name, Arn: s.busARN(b.name), Description: b.description, Policy: b.policyDocument(),
		CreationTime: frontdoor.At(b.created), LastModifiedTime: frontdoor.At(b.modified),
	}
}
