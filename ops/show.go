package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"
)

// reasonLength is how much of a reason a table shows, in characters: its
// beginning, which says what failed, and its end, which says why.
const reasonLength = 240

// seen is what was found in a queue by looking at it.
type seen struct {
	messages []message
	err      error
}

// look looks at no more than limit messages of each queue, and leaves them
// there.
func look(ctx context.Context, queues []*queue, limit int) []seen {
	all := make([]seen, len(queues))
	var looking sync.WaitGroup
	for i, q := range queues {
		looking.Go(func() { all[i].messages, all[i].err = q.look(ctx, limit) })
	}
	looking.Wait()
	return all
}

func (q *queue) look(ctx context.Context, limit int) (found []message, err error) {
	if q.moves {
		return nil, nil
	}
	defer func() { err = errors.Join(err, q.release(ctx, found)) }()
	ids := map[string]bool{}
	for len(found) < limit {
		received, err := q.receive(ctx, limit-len(found))
		if err != nil {
			return found, err
		}
		fresh := 0
		for _, m := range received {
			if !ids[m.id] {
				ids[m.id] = true
				fresh++
				found = append(found, m)
			}
		}
		if fresh == 0 {
			break
		}
	}
	return found, nil
}

// show prints what is in the queues. Queues without messages are counted only.
func show(out io.Writer, queues []*queue, all []seen, full bool) error {
	var errs []error
	empty := 0
	for i, q := range queues {
		total := max(q.visible, len(all[i].messages))
		if total+q.hidden == 0 && all[i].err == nil {
			empty++
			continue
		}
		fmt.Fprintf(out, "%s: %s\n", q.name, q.counted(total))
		if err := table(out, all[i].messages, full); err != nil {
			return err
		}
		if more := total - len(all[i].messages); more > 0 && !q.moves {
			fmt.Fprintf(out, "  … and about %d more; -max shows more of them\n", more)
		}
		fmt.Fprintln(out)
		errs = append(errs, all[i].err)
	}
	switch {
	case empty == len(queues):
		fmt.Fprintf(out, "No dead letters: all %d queues are empty.\n", empty)
	case empty > 0:
		fmt.Fprintf(out, "%s empty.\n", map[bool]string{true: "1 other queue is", false: fmt.Sprintf("%d other queues are", empty)}[empty == 1])
	}
	return errors.Join(errs...)
}

func (q *queue) counted(total int) string {
	text := times(total, "message")
	if q.hidden > 0 {
		text += fmt.Sprintf(", and %d that somebody has just received", q.hidden)
	}
	if q.moves {
		text += ", not shown: the queue has a redrive policy of its own"
	}
	return text
}

func table(out io.Writer, messages []message, full bool) error {
	if len(messages) == 0 {
		return nil
	}
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "  SENT\tWHAT\tWHERE\tWHY")
	for _, m := range messages {
		why := printable(m.why())
		if text := []rune(why); !full && len(text) > reasonLength {
			why = string(text[:reasonLength/2]) + " … " + string(text[len(text)-reasonLength/2:])
		}
		fmt.Fprintf(columns, "  %s\t%s\t%s\t%s\n", m.sent.UTC().Format(time.DateTime), printable(m.what()), printable(m.where()), why)
	}
	return columns.Flush()
}
