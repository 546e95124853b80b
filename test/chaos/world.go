package chaos

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"eda-demo/test/system"
)

// world is the system under test: a runner that is killed and started again.
type world struct {
	Settings
	all    []subject
	ledger *ledger
	mails  *mailbox
	kills  int
	lines  int // that the runner had printed when it was last asked

	mu      sync.RWMutex
	runner  *system.Runner
	outputs map[string]string
}

// start starts the runner, with the state of the one before.
func (w *world) start() error {
	file := w.Dir + "/outputs.json"
	r, err := system.StartIn(w.Root, w.Runner, w.flags(file)...)
	if err != nil {
		return err
	}
	outputs, err := system.ReadOutputs(file)
	if err != nil {
		r.Stop()
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.runner, w.outputs = r, outputs
	return nil
}

// kill ends the runner as kill -9 does, and starts it again.
func (w *world) kill() error {
	w.runner.Kill()
	w.kills++
	w.ledger.read(w.runner.Printed())
	w.Report("killed the runner")
	return w.start()
}

// stop ends the runner.
func (w *world) stop() {
	w.runner.Stop()
	w.ledger.read(w.runner.Printed())
}

// output is an output of the stack.
func (w *world) output(name string) string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.outputs[name]
}

// aws is the configuration of an SDK client that no fault hits.
func (w *world) aws() aws.Config {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(w.runner.Endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}

// eventually waits until check returns nil.
func eventually(ctx context.Context, limit time.Duration, what string, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("%s: after %v still: %w", what, limit, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// confirm follows the link in the mail to the subscriber.
func (w *world) confirm(ctx context.Context) error {
	return eventually(ctx, 20*time.Second, "confirm the subscription", func() error {
		if err := w.mails.poll(ctx, w.runner.Endpoint); err != nil {
			return err
		}
		for _, link := range w.mails.links {
			response, err := http.Get(link)
			if err != nil {
				return err
			}
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			return fmt.Errorf("%s answers %s", link, response.Status)
		}
		return errors.New("there is no mail with a link")
	})
}

// quietTime is longer than faults hold a delivery back.
const quietTime = 2500 * time.Millisecond

// rest waits until the runner has been at rest for a while.
func (w *world) rest(ctx context.Context, limit time.Duration) error {
	since := time.Now()
	return eventually(ctx, limit, "wait for the runner to rest", func() error {
		if w.working() {
			since = time.Now()
		}
		if quiet := time.Since(since); quiet < quietTime {
			return fmt.Errorf("it was at work %v ago", quiet)
		}
		return nil
	})
}

// working tells whether the runner has printed anything since the last call:
// every event and fault is printed.
func (w *world) working() bool {
	before := w.lines
	w.lines = w.runner.Lines()
	return w.lines != before
}
