package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const redriveUsage = `Usage: go run ./ops redrive [flags]

Without -queue it shows what is in the dead-letter queues of the stack: when it
came, what it is, where it failed and why. The messages stay where they are.

With -queue it shows that queue, asks, and puts its messages back to where they
failed: dead letters of a rule to the rule's target, those of a function to the
function. A message is deleted when it was put back; one that can't be put back
stays, with a line that says why. Mend the cause first: what fails again comes
back as another message. Putting back twice does no harm.

  go run ./ops redrive
  go run ./ops redrive -queue eda-demo-update-order-failures
  go run ./ops redrive -queue all -yes

To a rule's function it is an asynchronous invocation, to its state machine a
start under a name that can be used once, to its log group a log event in the
stream redriven-<rule>. What a function could not process of a stream is read
from the stream again, which has it for 24 hours. After that -scan finds, in the
whole table, the items whose last event is of that time, and has the function
publish it; an event that a later write of its item replaced can't be found.
`

// The most messages of a queue that are shown, and put back, if -max does not
// say so.
const (
	shownByDefault    = 20
	redrivenByDefault = 1000
)

type redriveOptions struct {
	stack string
	queue string
	max   int
	yes   bool
	full  bool
	scan  bool
}

func redrive(ctx context.Context, c console, flags *flag.FlagSet, arguments []string) error {
	var o redriveOptions
	flags.StringVar(&o.stack, "stack", defaultStack, "the stack `name`")
	flags.StringVar(&o.queue, "queue", "", "put the messages of the queue with this `name` back; all: those of every queue")
	flags.IntVar(&o.max, "max", 0, fmt.Sprintf("at most so many messages of a queue (default %d to show, %d to put back)", shownByDefault, redrivenByDefault))
	flags.BoolVar(&o.yes, "yes", false, "put back without asking")
	flags.BoolVar(&o.full, "full", false, "show reasons in full length")
	flags.BoolVar(&o.scan, "scan", false, "look in the whole table for events whose stream records are gone")
	if err := parse(c, flags, arguments); err != nil {
		return err
	}
	if o.max < 0 || o.yes && o.queue == "" {
		return unusable("redrive: -max can't be negative, and -yes goes with -queue")
	}
	a, err := newAccount(ctx)
	if err != nil {
		return err
	}
	a.scan = o.scan
	s, err := a.stack(ctx, o.stack)
	if err != nil {
		return err
	}
	queues, err := a.letterQueues(ctx, s)
	if err == nil {
		queues, err = o.chosen(queues)
	}
	if err != nil {
		return err
	}
	return o.run(ctx, c, queues)
}

// defaultStack is the stack of this app.
const defaultStack = "EdaDemo"

func (o redriveOptions) chosen(queues []*queue) ([]*queue, error) {
	if o.queue == "" || o.queue == "all" {
		return queues, nil
	}
	var names []string
	for _, q := range queues {
		if q.name == o.queue {
			return []*queue{q}, nil
		}
		names = append(names, q.name)
	}
	return nil, unusable("stack %s has no queue %q; it has %s", o.stack, o.queue, strings.Join(names, ", "))
}

func (o redriveOptions) run(ctx context.Context, c console, queues []*queue) error {
	shown := o.max
	if shown == 0 || o.queue != "" {
		shown = shownByDefault
	}
	if o.queue == "" || !o.yes {
		if err := show(c.out, queues, look(ctx, queues, shown), o.full); err != nil {
			return err
		}
	}
	if o.queue == "" {
		return nil
	}
	if !o.yes && !confirmed(c) {
		return fmt.Errorf("nothing was put back: that takes the answer yes, or -yes")
	}
	return o.redrive(ctx, c, queues)
}

func confirmed(c console) bool {
	fmt.Fprint(c.out, "Put these messages back to where they failed? [yes/no] ")
	answer, err := bufio.NewReader(c.in).ReadString('\n')
	fmt.Fprintln(c.out)
	return err == nil && (strings.TrimSpace(answer) == "yes" || strings.TrimSpace(answer) == "y")
}

// outcome counts what became of messages.
type outcome struct{ done, failed, later int }

func (o redriveOptions) redrive(ctx context.Context, c console, queues []*queue) error {
	limit := o.max
	if limit == 0 {
		limit = redrivenByDefault
	}
	all, err := redriveAll(ctx, console{c.in, &lines{out: c.out}, c.err}, queues, limit)
	if err != nil {
		fmt.Fprintf(c.out, "%s put back before this happened.\n", times(all.done, "message"))
		return err
	}
	fmt.Fprintf(c.out, "%s put back", times(all.done, "message"))
	if all.later > 0 {
		fmt.Fprintf(c.out, ", %d came meanwhile and stay", all.later)
	}
	fmt.Fprintln(c.out, ".")
	if all.failed > 0 {
		return fmt.Errorf("%s could not be put back", times(all.failed, "message"))
	}
	return nil
}

// redriveAll works on the queues at the same time.
func redriveAll(ctx context.Context, c console, queues []*queue, limit int) (all outcome, err error) {
	works := make([]redriving, len(queues))
	errs := make([]error, len(queues))
	started := nextMillisecond()
	var working sync.WaitGroup
	for i, q := range queues {
		works[i] = redriving{queue: q, console: c, started: started, limit: limit}
		working.Go(func() { errs[i] = works[i].run(ctx) })
	}
	working.Wait()
	for _, w := range works {
		all.done, all.failed, all.later = all.done+w.done, all.failed+w.failed, all.later+w.later
	}
	return all, errors.Join(errs...)
}

// nextMillisecond waits for the next whole millisecond and returns it. SQS says
// only in which millisecond a message was sent: of one in the same millisecond
// as the start nobody could tell whether it came before or after it.
func nextMillisecond() time.Time {
	next := time.Now().Truncate(time.Millisecond).Add(time.Millisecond)
	time.Sleep(time.Until(next))
	return next
}

// lines is a writer for several goroutines, each of which writes whole lines.
type lines struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(line)
}
