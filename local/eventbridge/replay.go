package eventbridge

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
)

const (
	maxReplayName = 64
	// maxReplays is how many may be under way at a time.
	maxReplays = 10
	// replaysKept is how long a replay is known after its start.
	replaysKept = 90 * 24 * time.Hour
)

var replayNamePattern = regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`)

// States of a replay.
const (
	starting   = "STARTING"
	running    = "RUNNING"
	cancelling = "CANCELLING"
	completed  = "COMPLETED"
	cancelled  = "CANCELLED"
	failed     = "FAILED"
)

// replay puts the events of an archive on their bus again. It is replaced,
// never changed, and in the store as it is.
type replay struct {
	Name        string
	Description string
	Archive     string
	Bus         string
	Rules       []string  // ARNs; none for all rules
	From        time.Time // the first time of events that is replayed
	Until       time.Time // the first that is not
	// Through is the last event that the archive had at the start: what a replay
	// leads to is not replayed with it.
	Through uint64

	State    string
	Reason   string `json:",omitempty"`
	Started  time.Time
	Ended    time.Time
	Replayed time.Time // up to where
}

func (r *replay) active() bool {
	return slices.Contains([]string{starting, running, cancelling}, r.State)
}

type startReplayInput struct {
	ReplayName     string
	Description    string
	EventSourceArn string
	EventStartTime frontdoor.Timestamp
	EventEndTime   frontdoor.Timestamp
	Destination    *replayDestination
}

type replayDestination struct {
	Arn        string
	FilterArns []string `json:",omitempty"`
}

type replayNameInput struct{ ReplayName string }

type replayStateOutput struct {
	ReplayArn       string
	State           string
	StateReason     string               `json:",omitempty"`
	ReplayStartTime *frontdoor.Timestamp `json:",omitempty"`
}

// replayOutput leaves out, in lists, what AWS leaves out there.
type replayOutput struct {
	ReplayName            string
	ReplayArn             string             `json:",omitempty"`
	Description           string             `json:",omitempty"`
	Destination           *replayDestination `json:",omitempty"`
	EventSourceArn        string
	State                 string
	StateReason           string `json:",omitempty"`
	EventStartTime        frontdoor.Timestamp
	EventEndTime          frontdoor.Timestamp
	EventLastReplayedTime *frontdoor.Timestamp `json:",omitempty"`
	ReplayStartTime       frontdoor.Timestamp
	ReplayEndTime         *frontdoor.Timestamp `json:",omitempty"`
}

type listReplaysInput struct {
	NamePrefix     string
	EventSourceArn string
	State          string
	NextToken      string
	Limit          int
}

type listReplaysOutput struct {
	Replays   []replayOutput
	NextToken string `json:",omitempty"`
}

func (s *Service) replayARN(name string) string { return s.arn("replay/" + name) }

func (s *Service) startReplay(_ context.Context, in *startReplayInput) (*replayStateOutput, error) {
	r, err := s.newReplay(in)
	if err == nil {
		err = s.replays.begin(r, func() error { return s.queueReplay(r) })
	}
	if err != nil {
		return nil, err
	}
	at := frontdoor.At(r.Started)
	return &replayStateOutput{ReplayArn: s.replayARN(r.Name), State: r.State, ReplayStartTime: &at}, nil
}

func (s *Service) newReplay(in *startReplayInput) (*replay, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	bus, err := s.busName(in.Destination.Arn)
	if err == nil && s.store.bus(bus) == nil {
		err = noBus(bus)
	}
	if err != nil {
		return nil, err
	}
	name := strings.TrimPrefix(in.EventSourceArn, s.arn("archive/"))
	a := s.store.archive(name)
	switch {
	case a == nil:
		return nil, invalidParameter("EventSourceArn", "Archive "+name+" does not exist.")
	case a.bus != bus:
		return nil, invalidParameter("Destination.Arn", "Cross event bus replay is not permitted.")
	}
	if err := s.checkFilter(bus, in.Destination.FilterArns); err != nil {
		return nil, err
	}
	return &replay{
		Name: in.ReplayName, Description: in.Description, Archive: a.name, Bus: bus, Rules: in.Destination.FilterArns,
		From: in.EventStartTime.Time, Until: in.EventEndTime.Time, Through: a.shelf.lastSequence(),
		State: starting, Started: time.Now(),
	}, nil
}

func (in *startReplayInput) check() error {
	if err := checkName(in.ReplayName, "replayName", maxReplayName, replayNamePattern); err != nil {
		return err
	}
	if err := checkLength(in.Description, "description", maxDescription); err != nil {
		return err
	}
	switch {
	case in.EventSourceArn == "":
		return constraint("null", "eventSourceArn", "not be null")
	case in.EventStartTime.IsZero():
		return constraint("null", "eventStartTime", "not be null")
	case in.EventEndTime.IsZero():
		return constraint("null", "eventEndTime", "not be null")
	case in.Destination == nil || in.Destination.Arn == "":
		return constraint("null", "destination.arn", "not be null")
	case !in.EventStartTime.Before(in.EventEndTime.Time):
		return invalidParameter("EventEndTime", "EventStartTime must be before EventEndTime.")
	}
	return nil
}

func invalidParameter(name, reason string) error {
	return invalid("Parameter %s is not valid. Reason: %s", name, reason)
}

// checkFilter refuses ARNs that are of no rule of the bus.
func (s *Service) checkFilter(bus string, arns []string) error {
	rules, err := s.store.rules(bus, func(r *rule) bool { return slices.Contains(arns, r.arn) })
	if err != nil {
		return err
	}
	for _, arn := range arns {
		if !slices.ContainsFunc(rules, func(r *rule) bool { return r.arn == arn }) {
			return invalidParameter("Destination.FilterArns", "Rule "+arn+" does not exist on event bus "+bus+".")
		}
	}
	return nil
}

func (s *Service) describeReplay(_ context.Context, in *replayNameInput) (*replayOutput, error) {
	r := s.replays.find(in.ReplayName)
	if r == nil {
		return nil, noReplay(in.ReplayName)
	}
	out := s.summarizeReplay(r)
	out.ReplayArn, out.Description = s.replayARN(r.Name), r.Description
	out.Destination = &replayDestination{Arn: s.busARN(r.Bus), FilterArns: r.Rules}
	return &out, nil
}

func noReplay(name string) error { return notFound("Replay %s does not exist.", name) }

func (s *Service) summarizeReplay(r *replay) replayOutput {
	return replayOutput{
		ReplayName: r.Name, EventSourceArn: s.arn("archive/" + r.Archive), State: r.State, StateReason: r.Reason,
		EventStartTime: frontdoor.At(r.From), EventEndTime: frontdoor.At(r.Until), ReplayStartTime: frontdoor.At(r.Started),
		EventLastReplayedTime: timestampOf(r.Replayed), ReplayEndTime: timestampOf(r.Ended),
	}
}

func timestampOf(at time.Time) *frontdoor.Timestamp {
	if at.IsZero() {
		return nil
	}
	stamp := frontdoor.At(at)
	return &stamp
}

func (s *Service) listReplays(_ context.Context, in *listReplaysInput) (*listReplaysOutput, error) {
	all := s.replays.all(func(r *replay) bool {
		return strings.HasPrefix(r.Name, in.NamePrefix) && (in.State == "" || in.State == r.State) &&
			(in.EventSourceArn == "" || in.EventSourceArn == s.arn("archive/"+r.Archive))
	})
	replays, next, err := pageOf(all, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listReplaysOutput{Replays: []replayOutput{}, NextToken: next}
	for _, r := range replays {
		out.Replays = append(out.Replays, s.summarizeReplay(r))
	}
	return out, nil
}

// cancelReplay has the replay end before its next events.
func (s *Service) cancelReplay(_ context.Context, in *replayNameInput) (*replayStateOutput, error) {
	r, err := s.replays.change(in.ReplayName, func(r *replay) error {
		if r.State != starting && r.State != running {
			return frontdoor.Errorf("IllegalStatusException", "Replay %s is not in a valid state for this operation.", r.Name)
		}
		r.State = cancelling
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &replayStateOutput{ReplayArn: s.replayARN(r.Name), State: r.State}, nil
}
