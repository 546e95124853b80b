package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

var clientCounts = []int{8, 32}

// measureThroughput counts orders that reach their final status per second,
// with each number of clients posting as fast as they are answered, and reads
// the memory before and after that. Each round has a fresh runner.
func measureThroughput(ctx context.Context, s settings) (table, error) {
	t := table{
		title: "Orders completed per second",
		head:  []string{"clients", "orders/s", "memory of the runner: idle", "after the orders", "and of its Lambda processes"},
		note:  fmt.Sprintf("%d orders a round, from the first POST until none awaits its payment; a fresh runner each round. Everything that the orders leave behind (items, events in the logs, executions with their histories) is in the runner's memory.", s.orders),
	}
	for _, clients := range clientCounts {
		var rates, idle, own, functions []float64
		for range s.rounds {
			m, err := measureLoad(ctx, s, load{orders, s.orders, 1, clients})
			if err != nil {
				return t, fmt.Errorf("%d clients: %w", clients, err)
			}
			rates, idle = append(rates, m.rate), append(idle, m.idle)
			own, functions = append(own, m.own), append(functions, m.functions)
		}
		t.add(fmt.Sprint(clients), spread(rates, "/s"), spread(idle, "MB"), spread(own, "MB"), spread(functions, "MB"))
	}
	return t, nil
}

// load is what a round places: so many of a kind, several times, each time by
// so many clients at once and when all of the time before are done.
type load struct {
	kind                  kind
	count, times, clients int
}

// measured is what came of a load: how many were done per second, and
// megabytes.
type measured struct{ rate, idle, own, functions float64 }

func measureLoad(ctx context.Context, s settings, l load) (measured, error) {
	var m measured
	r, err := startRunner(ctx, s)
	if err != nil {
		return m, err
	}
	defer r.stop()
	if m.idle, _, err = r.memory(); err != nil {
		return m, err
	}
	api := newClient(r)
	if _, err := api.latencies(ctx, l.kind, 20, warmUp); err != nil { // starts the processes
		return m, err
	}
	start := time.Now()
	for n := range l.times {
		if err := postAll(ctx, api, l, n*l.count); err != nil {
			return m, err
		}
		if err := awaitNoneOpen(ctx, r, l.kind); err != nil {
			return m, err
		}
	}
	m.rate = float64(l.count*l.times) / time.Since(start).Seconds()
	m.own, m.functions, err = r.memory()
	return m, err
}

// warmUp is the first number of those that are not measured.
const warmUp = 1_000_000

// postAll places those that come after a number.
func postAll(ctx context.Context, api *client, l load, after int) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range l.clients {
		group.Go(func() error {
			for n := int(next.Add(1)); n <= l.count; n = int(next.Add(1)) {
				if err := api.post(ctx, l.kind, after+n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// awaitNoneOpen waits until all in the table of a kind are done.
func awaitNoneOpen(ctx context.Context, r *runner, k kind) error {
	db := dynamodb.NewFromConfig(r.aws())
	for {
		open, failed, err := countOpen(ctx, db, r.outputs[k.table], k)
		if err == nil && failed > 0 {
			err = fmt.Errorf("%d of %s are %v", failed, k.path, k.failed)
		}
		if err != nil || open == 0 {
			return err
		}
		time.Sleep(untilNextLook(open))
	}
}

// untilNextLook is short when few are open and long when many are: a
// scan costs what many requests cost.
func untilNextLook(open int) time.Duration {
	return min(max(time.Duration(open)*time.Millisecond, 20*time.Millisecond), time.Second)
}

// countOpen counts those that are not done, and those of them that have failed.
func countOpen(ctx context.Context, db *dynamodb.Client, name string, k kind) (open, failed int, err error) {
	var conditions []string
	values := map[string]types.AttributeValue{}
	for i, status := range k.done {
		conditions = append(conditions, fmt.Sprintf("#status <> :%d", i))
		values[fmt.Sprintf(":%d", i)] = &types.AttributeValueMemberS{Value: status}
	}
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName: aws.String(name), ProjectionExpression: aws.String("#status"),
		FilterExpression:          aws.String(strings.Join(conditions, " AND ")),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: values,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, 0, fmt.Errorf("count what is open in %s: %w", name, err)
		}
		open += len(page.Items)
		for _, item := range page.Items {
			if status, ok := item["status"].(*types.AttributeValueMemberS); ok && slices.Contains(k.failed, status.Value) {
				failed++
			}
		}
	}
	return open, failed, nil
}
