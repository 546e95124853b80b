package notification_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/notification"
	"eda-demo/internal/notification/ledgertest"
)

// crash is what a fake panics with to end a run as the end of the process does.
type crash struct{}

var errDown = errors.New("down")

// fault is what happens at a step: before or after it takes effect, an error or
// the end of the process.
type fault struct {
	step  string
	after bool
	crash bool
}

// at runs a step that has the fault if it is this one, once.
func (f *fault) at(step string, do func() error) error {
	if f.step != step {
		return do()
	}
	f.step = ""
	if f.after {
		if err := do(); err != nil {
			return err
		}
	}
	if f.crash {
		panic(crash{})
	}
	return errDown
}

// faultyLedger is a ledger in memory with a fault.
type faultyLedger struct {
	ledgertest.Memory
	*fault
}

func (l *faultyLedger) Claim(ctx context.Context, id string, now, until time.Time) (state notification.State, err error) {
	err = l.at("claim", func() error {
		state, err = l.Memory.Claim(ctx, id, now, until)
		return err
	})
	return state, err
}

func (l *faultyLedger) Release(ctx context.Context, id string, until time.Time) error {
	return l.at("release", func() error { return l.Memory.Release(ctx, id, until) })
}

func (l *faultyLedger) Finish(ctx context.Context, id string) error {
	return l.at("finish", func() error { return l.Memory.Finish(ctx, id) })
}

// faultyTopic counts the mails that went out, with a fault.
type faultyTopic struct {
	mu    sync.Mutex
	mails []notification.Mail
	*fault
}

func (p *faultyTopic) Publish(_ context.Context, mail notification.Mail) error {
	return p.at("publish", func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.mails = append(p.mails, mail)
		return nil
	})
}

// world is a notifier with a ledger and a topic.
type world struct {
	*notification.Notifier
	ledger *faultyLedger
	topic  *faultyTopic
	log    *bytes.Buffer
}

func newWorld(f fault) world {
	w := world{ledger: &faultyLedger{fault: &f}, topic: &faultyTopic{fault: &f}, log: &bytes.Buffer{}}
	w.Notifier = notification.NewNotifier(w.ledger, w.topic, time.Now, slog.New(slog.NewJSONHandler(w.log, nil)))
	return w
}

// timeout is the function's, and retryDelay how long Lambda waits before it
// delivers an event again.
const (
	timeout    = 10 * time.Second
	retryDelay = time.Minute
)

// invoke delivers an event once, and reports whether Lambda takes it as handled.
func (w world) invoke(e event.Envelope) (handled bool) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	defer func() {
		switch r := recover(); r {
		case nil:
		case crash{}:
			handled = false
		default:
			panic(r)
		}
	}()
	return w.Handle(ctx, e) == nil
}

// sample is one of the contract's events, by the name that the catalogue gives it.
func sample(t *testing.T, name string) event.Envelope {
	t.Helper()
	for _, typ := range event.Types() {
		for _, s := range typ.Samples {
			if s.Name != name {
				continue
			}
			var e event.Envelope
			if err := json.Unmarshal(s.JSON, &e); err != nil {
				t.Fatalf("decoding %s: %v", name, err)
			}
			return e
		}
	}
	t.Fatalf("there is no sample %s", name)
	return event.Envelope{}
}
