package eventbridge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"eda-demo/local/delivery"
	"eda-demo/local/eventpattern"
)

const (
	replayKind = "events-replay"
	// replayBatch is how many events are replayed before a replay that was
	// cancelled is noticed. What a process was at when it ended is replayed again.
	replayBatch = 100
	replayPause = 5 * time.Second // after a failure
)

// replayTask is where a replay has got to: the payload of its one task.
type replayTask struct {
	Name   string    `json:"name"`
	Minute time.Time `json:"minute"` // the first that is not done; zero at the beginning
	After  uint64    `json:"after"`  // the last event of it that is
}

// queueReplay has the delivery queue take charge of a replay.
func (s *Service) queueReplay(r *replay) error {
	payload, err := json.Marshal(replayTask{Name: r.Name})
	if err != nil {
		return fmt.Errorf("encode the task of replay %s: %w", r.Name, err)
	}
	return s.Queue.Accept(replayKind, payload)
}

// replayStep replays events of one minute, then comes back for the next.
func (s *Service) replayStep(ctx context.Context, queued delivery.Task) delivery.Verdict {
	var at replayTask
	if err := json.Unmarshal(queued.Payload, &at); err != nil {
		s.Log.Error("a replay is lost: unreadable task", "task", queued.ID, "error", err)
		return delivery.Done()
	}
	r := s.replays.find(at.Name)
	switch {
	case r == nil || !r.active():
		return delivery.Done()
	case r.State == cancelling:
		return s.endReplay(r.Name, cancelled, "")
	}
	a := s.store.archive(r.Archive)
	if a == nil || s.store.bus(r.Bus) == nil {
		return s.endReplay(r.Name, failed, "Archive "+r.Archive+" or its event bus was deleted.")
	}
	next, more, err := s.replayMinute(ctx, r, a, at)
	if err != nil {
		s.Log.Error("events are not replayed", "replay", r.Name, "error", err)
		return delivery.RetryAfter(replayPause)
	}
	if !more {
		return s.endReplay(r.Name, completed, "")
	}
	payload, err := json.Marshal(next)
	if err != nil {
		return s.endReplay(r.Name, failed, err.Error())
	}
	return delivery.RetryAfter(0).With(payload)
}

// replayMinute replays a batch of the next minute that has events, and returns
// where to go on; more is false at the end.
func (s *Service) replayMinute(ctx context.Context, r *replay, a *archive, at replayTask) (next replayTask, more bool, err error) {
	from := r.From
	if at.Minute.After(from) {
		from = at.Minute
	}
	events, minute, rest := a.shelf.minute(from, r.Until, at.After, r.Through, a.keeps(), replayBatch)
	if len(events) == 0 {
		return next, false, nil
	}
	for _, e := range events {
		if ctx.Err() != nil {
			return next, false, ctx.Err()
		}
		if err := s.replayEvent(r, e); err != nil {
			return next, false, err
		}
	}
	_, err = s.replays.change(r.Name, func(r *replay) error {
		if r.State == starting {
			r.State = running
		}
		r.Replayed = events[len(events)-1].at
		return nil
	})
	if !rest {
		return replayTask{Name: r.Name, Minute: minute.Add(time.Minute)}, true, err
	}
	return replayTask{Name: r.Name, Minute: minute, After: events[len(events)-1].sequence}, true, err
}

// replayEvent puts an event on its bus as it was, with the replay's name.
func (s *Service) replayEvent(r *replay, e archived) error {
	named := withReplayName(e.json, r.Name)
	var head eventHead
	if err := json.Unmarshal(named, &head); err != nil {
		return fmt.Errorf("replay an event of %s: %w", r.Archive, err)
	}
	parsed, err := eventpattern.ParseEvent(named)
	if err != nil {
		return fmt.Errorf("replay event %s: %w", head.ID, err)
	}
	return s.publish(&envelope{
		bus: r.Bus, id: head.ID, source: head.Source, detailType: head.DetailType, detail: head.Detail,
		json: named, ingested: time.Now(), replayed: true,
	}, parsed, r.Rules...)
}

// resourcesMember is what the name of a replay stands before. It can't occur
// earlier: quotation marks within strings are escaped.
var resourcesMember = []byte(`,"resources":[`)

func withReplayName(event []byte, name string) []byte {
	before, after, _ := bytes.Cut(event, resourcesMember)
	named := make([]byte, 0, len(event)+len(name)+20)
	named = append(append(named, before...), `,"replay-name":`...)
	named = appendString(named, name)
	return append(append(named, resourcesMember...), after...)
}

func (s *Service) endReplay(name, state, reason string) delivery.Verdict {
	_, err := s.replays.change(name, func(r *replay) error {
		if r.State == cancelling && state == completed {
			state = cancelled
		}
		r.State, r.Reason, r.Ended = state, reason, time.Now()
		return nil
	})
	if err != nil {
		s.Log.Error("the end of a replay is not kept", "replay", name, "error", err)
	}
	return delivery.Done()
}
