package saga_test

import (
	"context"
	"maps"
	"slices"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/notification"
	"eda-demo/internal/notification/ledgertest"
	"eda-demo/internal/seat"
)

// table is a store whose operations are steps, and whose writes are published.
type table[T entity.Keyed[string]] struct {
	entitytest.Memory[string, T]
	*world
	source string
}

func (t *table[T]) Create(ctx context.Context, value T, announces *event.Pending) (stands T, created bool, err error) {
	err = t.step(func() (err error) {
		stands, created, err = t.Memory.Create(ctx, value, announces)
		t.announce(created, announces)
		return err
	})
	return stands, created, err
}

func (t *table[T]) Get(ctx context.Context, key string) (stands T, err error) {
	err = t.step(func() (err error) {
		stands, err = t.Memory.Get(ctx, key)
		return err
	})
	return stands, err
}

func (t *table[T]) Change(ctx context.Context, key string, decide entity.Decision[T]) (stands T, changed bool, err error) {
	var announces *event.Pending
	err = t.step(func() (err error) {
		stands, changed, err = t.Memory.Change(ctx, key, func(stood T) (next T, told *event.Pending, changed bool, err error) {
			next, announces, changed, err = decide(stood)
			return next, announces, changed, err
		})
		t.announce(changed, announces)
		return err
	})
	return stands, changed, err
}

// announce is the stream with the outbox's publisher behind it.
func (t *table[T]) announce(changed bool, announces *event.Pending) {
	if changed && announces != nil {
		t.publish(t.source, *announces)
	}
}

// seats is a seat.Store.
type seats struct {
	table[seat.Assignment]
	taken map[string]map[string]string // booking by flight and seat
	full  map[string]string            // layout by flight
}

var _ seat.Store = (*seats)(nil)

func (s *seats) Claim(ctx context.Context, a seat.Assignment, announces event.Pending) (stands seat.Assignment, claimed bool, err error) {
	err = s.step(func() error {
		if stands, err = s.Memory.Get(ctx, a.BookingID); err == nil {
			return nil
		}
		flight := s.taken[a.FlightID]
		if flight == nil {
			flight = map[string]string{}
			s.taken[a.FlightID] = flight
		}
		if flight[a.Seat] != "" {
			return seat.ErrTaken
		}
		flight[a.Seat] = a.BookingID
		stands, claimed, err = s.Memory.Create(ctx, a, &announces)
		s.announce(claimed, &announces)
		return err
	})
	return stands, claimed, err
}

func (s *seats) Taken(_ context.Context, flightID string) (taken []string, err error) {
	err = s.step(func() error {
		taken = slices.Sorted(maps.Keys(s.taken[flightID]))
		return nil
	})
	return taken, err
}

func (s *seats) Full(_ context.Context, flightID string, layout seat.Layout) (full bool, err error) {
	err = s.step(func() error {
		full = s.full[flightID] == layout.String() && !s.chance(5) // It may miss the mark.
		return nil
	})
	return full, err
}

func (s *seats) MarkFull(_ context.Context, flightID string, layout seat.Layout) error {
	return s.step(func() error {
		s.full[flightID] = layout.String()
		return nil
	})
}

// ledger is a notification.Ledger whose claims are steps. What it is told of a
// mail that is out, it does not fail to note: a second mail may follow then.
type ledger struct {
	ledgertest.Memory
	*world
}

func (l *ledger) Claim(ctx context.Context, eventID string, now, until time.Time) (state notification.State, err error) {
	err = l.step(func() (err error) {
		state, err = l.Memory.Claim(ctx, eventID, now, until)
		return err
	})
	return state, err
}

// topic counts the mails that it takes. It never says that it did not take one
// that it took, after which a second one may follow.
type topic struct{ *world }

func (p topic) Publish(_ context.Context, mail notification.Mail) error {
	p.wait()
	if !p.calm && p.chance(10) {
		return errDown
	}
	p.mails = append(p.mails, mail)
	return nil
}
