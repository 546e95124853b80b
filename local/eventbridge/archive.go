package eventbridge

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"eda-demo/local/eventpattern"
	"eda-demo/local/frontdoor"
)

const (
	maxArchives    = 100 // the quota of an account and Region
	maxArchiveName = 48
)

var archiveNamePattern = regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`)

// archive keeps the events of a bus. It is replaced, never changed; its shelf
// is the same always. On AWS a managed rule of the bus feeds it, whose pattern
// leaves out what has a replay-name. Here nothing shows that rule, but the bus
// can't be deleted as long as it has archives.
type archive struct {
	name        string
	arn         string
	description string
	bus         string
	pattern     string                // "" for every event
	compiled    *eventpattern.Pattern // nil for every event
	retention   int                   // days; 0 is without end
	created     time.Time
	shelf       *shelf
}

func (a *archive) keeps() time.Duration { return time.Duration(a.retention) * 24 * time.Hour }

type createArchiveInput struct {
	ArchiveName      string
	EventSourceArn   string
	Description      string
	EventPattern     string
	RetentionDays    int
	KmsKeyIdentifier string
}

// updateArchiveInput leaves what is nil as it is.
type updateArchiveInput struct {
	ArchiveName      string
	Description      *string
	EventPattern     *string
	RetentionDays    *int
	KmsKeyIdentifier string
}

type archiveNameInput struct{ ArchiveName string }

type archiveStateOutput struct {
	ArchiveArn   string
	CreationTime frontdoor.Timestamp
	State        string
}

// archiveOutput leaves out, in lists, what AWS leaves out there.
type archiveOutput struct {
	ArchiveArn     string `json:",omitempty"`
	ArchiveName    string
	EventSourceArn string
	Description    string `json:",omitempty"`
	EventPattern   string `json:",omitempty"`
	State          string
	RetentionDays  int
	SizeBytes      int64
	EventCount     int
	CreationTime   frontdoor.Timestamp
}

type listArchivesInput struct {
	NamePrefix     string
	EventSourceArn string
	State          string
	NextToken      string
	Limit          int
}

type listArchivesOutput struct {
	Archives  []archiveOutput
	NextToken string `json:",omitempty"`
}

func (s *Service) createArchive(_ context.Context, in *createArchiveInput) (*archiveStateOutput, error) {
	a, err := s.newArchive(in)
	if err == nil {
		err = s.addArchive(a, s.emptyShelf)
	}
	if err != nil {
		return nil, err
	}
	return archiveState(a), nil
}

func archiveState(a *archive) *archiveStateOutput {
	return &archiveStateOutput{ArchiveArn: a.arn, CreationTime: frontdoor.At(a.created), State: enabled}
}

// addArchive adds an archive, if its name is free, on the shelf that open
// returns.
func (s *Service) addArchive(a *archive, open func(name string) (*shelf, error)) error {
	return s.store.change(func(t *tables) (err error) {
		switch {
		case t.buses[a.bus] == nil:
			return noBus(a.bus)
		case t.archives[a.name] != nil:
			return frontdoor.Errorf("ResourceAlreadyExistsException", "Archive %s already exists.", a.name)
		case len(t.archives) >= maxArchives:
			return tooMany()
		}
		if a.shelf, err = open(a.name); err != nil {
			return fmt.Errorf("open archive %s: %w", a.name, err)
		}
		t.putArchive(a)
		return nil
	})
}

// newArchive checks an archive; its bus is checked when it is added.
func (s *Service) newArchive(in *createArchiveInput) (*archive, error) {
	if err := checkName(in.ArchiveName, "archiveName", maxArchiveName, archiveNamePattern); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(in.EventSourceArn, "arn:") {
		return nil, constraint(in.EventSourceArn, "eventSourceArn", "be an Arn")
	}
	bus, err := s.busName(in.EventSourceArn)
	if err != nil {
		return nil, err
	}
	a := &archive{name: in.ArchiveName, arn: s.arn("archive/" + in.ArchiveName), bus: bus, created: time.Now()}
	return a, a.set(in)
}

// set takes over what can be updated.
func (a *archive) set(in *createArchiveInput) error {
	if in.KmsKeyIdentifier != "" {
		return invalid("KmsKeyIdentifier is not supported.")
	}
	if err := checkLength(in.Description, "description", maxDescription); err != nil {
		return err
	}
	if in.RetentionDays < 0 {
		return constraint(in.RetentionDays, "retentionDays", "have value greater than or equal to 0")
	}
	a.description, a.retention = in.Description, in.RetentionDays
	a.pattern, a.compiled = in.EventPattern, nil
	if a.pattern == "" {
		return nil
	}
	if len(a.pattern) > maxPattern {
		return invalid("Event pattern is %d characters long, at most %d are allowed.", len(a.pattern), maxPattern)
	}
	compiled, err := eventpattern.Compile([]byte(a.pattern))
	if err != nil {
		return frontdoor.Errorf("InvalidEventPatternException", "%v", err)
	}
	a.compiled = compiled
	return nil
}

func (s *Service) updateArchive(_ context.Context, in *updateArchiveInput) (*archiveStateOutput, error) {
	a, err := s.changeArchive(in.ArchiveName, func(a *archive) error {
		next := createArchiveInput{
			Description: a.description, EventPattern: a.pattern, RetentionDays: a.retention, KmsKeyIdentifier: in.KmsKeyIdentifier,
		}
		if in.Description != nil {
			next.Description = *in.Description
		}
		if in.EventPattern != nil {
			next.EventPattern = *in.EventPattern
		}
		if in.RetentionDays != nil {
			next.RetentionDays = *in.RetentionDays
		}
		return a.set(&next)
	})
	if err != nil {
		return nil, err
	}
	return archiveState(a), nil
}

// changeArchive replaces an archive by a changed copy and returns it.
func (s *Service) changeArchive(name string, change func(*archive) error) (*archive, error) {
	var changed archive
	err := s.store.change(func(t *tables) error {
		old := t.archives[name]
		if old == nil {
			return noArchive(name)
		}
		changed = *old
		if err := change(&changed); err != nil {
			return err
		}
		t.putArchive(&changed)
		return nil
	})
	return &changed, err
}

func noArchive(name string) error { return notFound("Archive %s does not exist.", name) }

// deleteArchive deletes the events with the archive. Replays of it end.
func (s *Service) deleteArchive(_ context.Context, in *archiveNameInput) (*nothing, error) {
	return &nothing{}, s.store.change(func(t *tables) error {
		a := t.archives[in.ArchiveName]
		if a == nil {
			return noArchive(in.ArchiveName)
		}
		if err := a.shelf.drop(); err != nil {
			return err
		}
		t.deleteArchive(a)
		return nil
	})
}

func (s *Service) describeArchive(_ context.Context, in *archiveNameInput) (*archiveOutput, error) {
	a := s.store.archive(in.ArchiveName)
	if a == nil {
		return nil, noArchive(in.ArchiveName)
	}
	out := s.summarize(a)
	out.ArchiveArn, out.Description, out.EventPattern = a.arn, a.description, a.pattern
	return &out, nil
}

func (s *Service) summarize(a *archive) archiveOutput {
	count, bytes := a.shelf.size(a.keeps())
	return archiveOutput{
		ArchiveName: a.name, EventSourceArn: s.busARN(a.bus), State: enabled, RetentionDays: a.retention,
		SizeBytes: bytes, EventCount: count, CreationTime: frontdoor.At(a.created),
	}
}

func (s *Service) listArchives(_ context.Context, in *listArchivesInput) (*listArchivesOutput, error) {
	if err := in.check(s); err != nil {
		return nil, err
	}
	all := s.store.archives(func(a *archive) bool {
		return strings.HasPrefix(a.name, in.NamePrefix) &&
			(in.EventSourceArn == "" || in.EventSourceArn == s.busARN(a.bus)) && (in.State == "" || in.State == enabled)
	})
	archives, next, err := pageOf(all, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listArchivesOutput{Archives: []archiveOutput{}, NextToken: next}
	for _, a := range archives {
		out.Archives = append(out.Archives, s.summarize(a))
	}
	return out, nil
}

// check refuses a bus that does not exist.
func (in *listArchivesInput) check(s *Service) error {
	if in.EventSourceArn == "" {
		return nil
	}
	bus, err := s.busName(in.EventSourceArn)
	if err == nil && s.store.bus(bus) == nil {
		err = noBus(bus)
	}
	return err
}

// keep puts an event into the archives of its bus that it matches. One that is
// replayed is in them already.
func (s *Service) keep(event *envelope, parsed *eventpattern.Event) error {
	if event.replayed {
		return nil
	}
	for _, a := range s.store.archivesOf(event.bus) {
		if a.compiled != nil && !a.compiled.Matches(parsed) {
			continue
		}
		if err := a.shelf.add(event, a.keeps()); err != nil {
			return fmt.Errorf("archive event %s in %s: %w", event.id, a.name, err)
		}
	}
	return nil
}
