package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"eda-demo/local/asl"
)

// maxExpress is how long an express execution may run.
const maxExpress = 5 * time.Minute

// launch runs an execution that has begun in the background. done, if not nil,
// is called when it is over.
func (s *Service) launch(e *execution, done func()) {
	s.wg.Go(func() {
		defer e.cancel(nil)
		if done != nil {
			defer done()
		}
		s.run(e.ctx, e)
	})
}

func (s *Service) run(ctx context.Context, e *execution) {
	if limit := e.limit(); limit > 0 {
		var release context.CancelFunc
		ctx, release = context.WithDeadlineCause(ctx, e.started.Add(limit), errTimeUp)
		defer release()
	}
	output, last, err := s.program(e).Run(ctx)
	if errors.Is(err, errClosed) || errors.Is(err, errOver) {
		return
	}
	if !errors.Is(err, errNotKept) {
		_, err = s.end(e, conclude(output, last, err))
	}
	if err != nil {
		s.Log.Error("keep the state of an execution", "execution", e.arn, "error", err)
	}
}

// end ends an execution; it tells whether it was still running.
func (s *Service) end(e *execution, how ending) (bool, error) {
	ended, err := e.end(how)
	if !ended || err != nil || !e.keep {
		return ended, err
	}
	return true, s.registry.ended(e)
}

// limit is how long the execution may run; 0 for any time.
func (e *execution) limit() time.Duration {
	limit := e.machine.parsed.Timeout
	if e.machine.kind == express && (limit == 0 || limit > maxExpress) {
		limit = maxExpress
	}
	return limit
}

func conclude(output json.RawMessage, last int64, err error) ending {
	var named *asl.Error
	switch {
	case err == nil:
		return ending{status: succeeded, output: output, last: last}
	case errors.Is(err, errTimeUp):
		return ending{status: timedOut}
	case errors.Is(err, errHistoryFull):
		return ending{status: failed, last: last, failure: asl.Error{Name: "States.Runtime",
			Cause: "The execution reached the maximum number of history events (25000)."}}
	case errors.As(err, &named):
		return ending{status: failed, failure: *named, last: last}
	}
	return ending{status: failed, failure: asl.Error{Name: "States.Runtime", Cause: err.Error()}, last: last}
}

// program is the execution as the language's executor takes it.
func (s *Service) program(e *execution) asl.Execution {
	about := map[string]any{
		"Id": e.arn, "Name": e.name, "RoleArn": e.machine.roleARN,
		"StartTime": asl.Timestamp(e.started), "RedriveCount": json.Number("0"), "Input": inputValue(e.input),
	}
	at := e.place()
	return asl.Execution{
		Machine: e.machine.parsed, Input: at.input, From: at.state, Previous: at.previous, Since: at.since,
		About: about, Owner: map[string]any{"Id": e.machine.arn, "Name": e.machine.name},
		Tasks: &tasks{service: s, execution: e}, History: e, NewToken: newToken,
	}
}

// abort stops an execution, unless it is over.
func (s *Service) abort(e *execution, why *asl.Error) error {
	ended, err := s.end(e, ending{status: aborted, failure: *why})
	if ended {
		e.cancel(errOver)
	}
	return err
}
