package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eda-demo/bench/price"
)

// addExecutions adds what the payment workflow was counted to do: by the
// histories of its executions, or by its log if it has none.
func (c *counted) addExecutions(ctx context.Context, r *runner, design price.Design, l logged, since time.Time) error {
	e := executions{}
	if design.Express {
		e.addLogged(l)
	} else if err := e.addHistories(ctx, r, since); err != nil {
		return err
	}
	if len(e.took) == 0 {
		return fmt.Errorf("no execution of the payment workflow is found")
	}
	c.usage.States = e.states / costOrders
	c.usage.Executions = float64(len(e.took)) / costOrders
	c.usage.ExecutionMs = quantile(e.took, 0.5)
	return nil
}

type executions struct {
	states float64
	took   []float64 // milliseconds
}

// entered tells whether an event of a history is a state transition as it is
// billed: each time a step is executed, retries included.
// https://aws.amazon.com/step-functions/pricing/
func entered(kind string) bool {
	return strings.HasSuffix(kind, "StateEntered") || kind == "TaskFailed" || kind == "TaskTimedOut"
}

func (e *executions) addHistories(ctx context.Context, r *runner, since time.Time) error {
	client := sfn.NewFromConfig(r.aws())
	pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{StateMachineArn: aws.String(r.outputs["PaymentStateMachineArn"])})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the executions: %w", err)
		}
		for _, execution := range page.Executions {
			if execution.StartDate.Before(since.Truncate(time.Millisecond)) {
				continue
			}
			if err := e.addHistory(ctx, client, execution); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *executions) addHistory(ctx context.Context, client *sfn.Client, execution types.ExecutionListItem) error {
	out, err := client.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: execution.ExecutionArn, MaxResults: 1000})
	if err != nil {
		return fmt.Errorf("read the history of %s: %w", *execution.ExecutionArn, err)
	}
	for _, event := range out.Events {
		if entered(string(event.Type)) {
			e.states++
		}
	}
	if execution.StopDate != nil {
		e.took = append(e.took, milliseconds(execution.StopDate.Sub(*execution.StartDate)))
	}
	return nil
}

// addLogged reads the log of an express workflow:
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
func (e *executions) addLogged(l logged) {
	started := map[string]int64{}
	for group, messages := range l.messages {
		if !strings.HasPrefix(group, "/aws/vendedlogs/states/") {
			continue
		}
		for _, message := range messages {
			var event struct {
				Type string
				ARN  string `json:"execution_arn"`
				At   string `json:"event_timestamp"`
			}
			at := int64(0)
			if json.Unmarshal([]byte(message), &event) == nil {
				at, _ = strconv.ParseInt(event.At, 10, 64)
			}
			switch {
			case event.Type == "ExecutionStarted":
				started[event.ARN] = at
			case entered(event.Type):
				e.states++
			case strings.HasPrefix(event.Type, "Execution"):
				e.took = append(e.took, float64(at-started[event.ARN]))
			}
		}
	}
}
