package chaos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Run places orders and bookings, and judges what came of them. An error says that it
// could not be told; what the model does not allow is in the result.
func Run(ctx context.Context, s Settings) (Result, error) {
	started := time.Now()
	w := &world{Settings: s, all: s.subjects(), ledger: newLedger(), mails: newMailbox()}
	if err := w.start(); err != nil {
		return Result{}, err
	}
	w.Report("the runner is ready")
	c, r := w.newClients(), &repairs{world: w, restarted: map[string]bool{}}
	seen, left, err := w.observe(ctx, c, r)
	w.stop()
	result := Result{
		Orders: s.Orders, Injected: w.ledger.injected, Kills: w.kills, Refused: int(c.refused.Load()), Retries: w.ledger.retries,
		DeadLetters: r.deadLetters, Restarted: len(r.restarted), Took: time.Since(started), Duplicates: duplicates(seen),
		Violations: append(left, c.wrong...),
	}
	var wrong []string
	if seen != nil {
		result.Violations = append(result.Violations, w.judge(seen)...)
		result.Bookings, _ = judgeFlights(s.Flights, seen)
	}
	result.SecondMails, wrong = secondMails(seen, w.ledger.excuses, w.kills*interrupted)
	result.Violations = append(result.Violations, wrong...)
	slices.Sort(result.Violations)
	return result, err
}

// interrupted is how many notifications a kill may interrupt at most: the
// processes of the function.
const interrupted = 16

// observe places all subjects, waits until all is settled and returns what is
// seen then, with what is left to do although patience has ended.
func (w *world) observe(ctx context.Context, c *clients, r *repairs) (seen map[id]*evidence, left []string, err error) {
	if err := w.confirm(ctx); err != nil {
		return nil, nil, err
	}
	stop := w.collectMails(ctx)
	defer stop()
	if err := c.placeAll(ctx); err != nil {
		return nil, nil, err
	}
	w.Report("%d orders and %d bookings are placed", w.Orders, len(w.all)-w.Orders)
	if err := w.settle(ctx, r); err != nil {
		left = append(left, err.Error())
	}
	stop()
	if err := w.mails.poll(ctx, w.runner.Endpoint); err != nil {
		return nil, left, err
	}
	if missed := w.mails.missed(); missed > 0 {
		return nil, left, fmt.Errorf("%d mails were dropped before they were seen", missed)
	}
	seen, err = w.look(ctx)
	return seen, left, err
}

// settle repairs and waits until there is nothing left to do: no order or
// booking without what it must lead to, no dead letter, no execution, no delivery.
func (w *world) settle(ctx context.Context, r *repairs) error {
	err := eventually(ctx, w.Patience, "settle", func() error {
		if err := w.unsettled(ctx, r); err != nil {
			time.Sleep(w.pause())
			return err
		}
		w.Report("all is settled; now it has to stay so")
		if err := w.rest(ctx, w.Patience); err != nil {
			return err
		}
		return w.unsettled(ctx, r)
	})
	return err
}

// pause is between two looks at everything, which take as long as there is to
// look at.
func (w *world) pause() time.Duration {
	return min(200*time.Millisecond+time.Duration(len(w.all))*time.Millisecond/2, 5*time.Second)
}

// unsettled repairs what can be, and tells what is left to do.
func (w *world) unsettled(ctx context.Context, r *repairs) error {
	letters, err := r.redrive(ctx)
	if err != nil {
		return err
	}
	failed, err := r.restart(ctx)
	if err != nil {
		return err
	}
	if letters+failed > 0 {
		return fmt.Errorf("%d dead letters and %d failed executions were there", letters, failed)
	}
	if err := r.running(ctx); err != nil {
		return err
	}
	if w.working() {
		return errors.New("the runner is at work") // a look at everything would take from it
	}
	seen, err := w.look(ctx)
	if err != nil {
		return err
	}
	if wrong := w.judge(seen); len(wrong) > 0 {
		return errors.New(wrong[0])
	}
	return nil
}

// judge returns what the model does not allow of all subjects, but for second
// mails.
func (w *world) judge(seen map[id]*evidence) (wrong []string) {
	for _, s := range w.all {
		wrong = append(wrong, judge(s, *seen[s.id()])...)
	}
	_, together := judgeFlights(w.Flights, seen)
	return append(wrong, together...)
}

// collectMails reads the inbox again and again, until the returned function is
// called. While the runner starts again there is none.
func (w *world) collectMails(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			_ = w.mails.poll(ctx, *w.aws().BaseEndpoint) // mails that are missed are noticed in the end
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}
