package main

import (
	"context"
	"fmt"
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
			m, err := measureLoad(ctx, s, clients)
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

// load is what a round measured: orders per second and megabytes.
type load struct{ rate, idle, own, functions float64 }

func measureLoad(ctx context.Context, s settings, clients int) (load, error) {
	var m load
	r, err := startRunner(ctx, s)
	if err != nil {
		return m, err
	}
	defer r.stop()
	if m.idle, _, err = r.memory(); err != nil {
		return m, err
	}
	api := newClient(r)
	if _, err := api.latencies(ctx, 20, 1_000_000); err != nil { // starts the processes
		return m, err
	}
	start := time.Now()
	if err := postAll(ctx, api, s.orders, clients); err != nil {
		return m, err
	}
	if err := awaitNoneOpen(ctx, r); err != nil {
		return m, err
	}
	m.rate = float64(s.orders) / time.Since(start).Seconds()
	m.own, m.functions, err = r.memory()
	return m, err
}

func postAll(ctx context.Context, api *client, orders, clients int) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range clients {
		group.Go(func() error {
			for id := int(next.Add(1)); id <= orders; id = int(next.Add(1)) {
				if err := api.post(ctx, id); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// awaitNoneOpen waits until no order of the table has its first status.
func awaitNoneOpen(ctx context.Context, r *runner) error {
	db := dynamodb.NewFromConfig(r.aws())
	for {
		open, err := countOpen(ctx, db, r.outputs["OrdersTableName"])
		if err != nil || open == 0 {
			return err
		}
		time.Sleep(untilNextLook(open))
	}
}

// untilNextLook is short when few orders are open and long when many are: a
// scan costs what many orders cost.
func untilNextLook(open int32) time.Duration {
	return min(max(time.Duration(open)*time.Millisecond, 20*time.Millisecond), time.Second)
}

func countOpen(ctx context.Context, db *dynamodb.Client, name string) (int32, error) {
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName: aws.String(name), Select: types.SelectCount,
		FilterExpression:          aws.String("#status = :created"),
		ExpressionAttributeNames:  map[string]string{"#status": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":created": &types.AttributeValueMemberS{Value: "OrderCreated"}},
	})
	var open int32
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, fmt.Errorf("count the open orders: %w", err)
		}
		open += page.Count
	}
	return open, nil
}
