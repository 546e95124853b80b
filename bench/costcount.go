package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/bench/price"
)

// counted is what one order was counted to use, and the custom metrics that its
// logs hold.
type counted struct {
	usage   price.Usage
	metrics int
}

// countOrders places orders one at a time, so that an invocation for a stream
// has one record: many at once need fewer invocations, not more.
func countOrders(ctx context.Context, r *runner, design price.Design) (counted, error) {
	api := newClient(r)
	if err := placeEach(ctx, r, api, 1_000_000, 20); err != nil { // starts the processes
		return counted{}, err
	}
	before, err := settled(ctx, r, design)
	if err != nil {
		return counted{}, err
	}
	// Events have whole seconds as their time; those of before are older.
	since := time.Now().Truncate(time.Second)
	if err := placeEach(ctx, r, api, 1, costOrders); err != nil {
		return counted{}, err
	}
	after, err := settled(ctx, r, design)
	if err != nil {
		return counted{}, err
	}
	logged, err := readLogs(ctx, r, design.LogGroups, since)
	if err != nil {
		return counted{}, err
	}
	c := counted{usage: logged.usage(r.outputs["CatchAllLogGroupName"]), metrics: len(logged.metrics)}
	c.usage.Requests = 1
	c.addCalls(after.minus(before))
	if err := c.addItems(ctx, r, design, after.minus(before)); err != nil {
		return counted{}, err
	}
	if err := c.addExecutions(ctx, r, design, logged, since); err != nil {
		return counted{}, err
	}
	c.addTraces(design)
	return c, nil
}

// placeEach places orders, each when the one before is final.
func placeEach(ctx context.Context, r *runner, api *client, firstID, count int) error {
	db := dynamodb.NewFromConfig(r.aws())
	for id := firstID; id < firstID+count; id++ {
		if err := api.post(ctx, orders, id); err != nil {
			return err
		}
		if err := awaitItem(ctx, db, r.outputs["OrdersTableName"], id); err != nil {
			return err
		}
	}
	return nil
}

// awaitItem looks into the table: a GET would be counted.
func awaitItem(ctx context.Context, db *dynamodb.Client, name string, id int) error {
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		out, err := db.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: aws.String(name), ConsistentRead: aws.Bool(true),
			Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberN{Value: fmt.Sprint(id)}},
		})
		if err != nil {
			return fmt.Errorf("look at order %d: %w", id, err)
		}
		if status, ok := out.Item["status"].(*types.AttributeValueMemberS); ok && status.Value != "OrderCreated" {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("order %d is not final after 30 seconds", id)
}

// settled waits until nothing has been counted for a second, and returns the
// calls.
func settled(ctx context.Context, r *runner, design price.Design) (calls, error) {
	const unchanged, pause = 5, 250 * time.Millisecond
	var last calls
	var same, lines int
	for range 200 {
		now, err := readCalls(ctx, r)
		if err != nil {
			return nil, err
		}
		logged, err := readLogs(ctx, r, design.LogGroups, time.Time{})
		if err != nil {
			return nil, err
		}
		if same++; now.billed() != last.billed() || logged.lines != lines {
			same = 0
		}
		if same == unchanged {
			return now, nil
		}
		last, lines = now, logged.lines
		time.Sleep(pause)
	}
	return nil, errors.New("the system does not come to rest")
}

// addCalls adds what is billed by the call.
func (c *counted) addCalls(made calls) {
	c.usage.Publications = made.of("sns:Publish", "") / costOrders
	c.usage.Mails = c.usage.Publications // to one confirmed address
	c.usage.QueueCalls = made.of("sqs:", "") / costOrders
}

// addItems adds the units that calls of the tables use. A write uses one for
// each started KB of the larger of the item before and after: items of this app
// only grow, so that what the table holds at the end has the larger size. Calls
// within transactions, of which there are none, would use twice as many.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
func (c *counted) addItems(ctx context.Context, r *runner, design price.Design, made calls) error {
	for _, name := range design.Tables {
		sizes, err := itemSizes(ctx, r, name)
		if err != nil {
			return err
		}
		var stored, writeUnits, readUnits float64
		for _, size := range sizes {
			stored += size / float64(len(sizes))
			writeUnits += math.Ceil(size/1024) / float64(len(sizes))
			readUnits += math.Ceil(size/4096) / float64(len(sizes))
		}
		on := ":table/" + name
		writes := made.of("dynamodb:PutItem", on) + made.of("dynamodb:UpdateItem", on) + made.of("dynamodb:DeleteItem", on)
		reads := made.of("dynamodb:GetItem", on) + made.of("dynamodb:Query", on)
		c.usage.WriteUnits += writes * writeUnits / costOrders
		c.usage.ReadUnits += reads * readUnits / costOrders
		if !strings.HasSuffix(name, "notified-events") { // its items expire
			c.usage.Stored += stored
		}
	}
	return nil
}

// addTraces adds the traces that begin: with each request, and with each
// invocation for a stream. All are recorded as long as no more than one begins
// in a second, as when a million orders come evenly in a month.
func (c *counted) addTraces(design price.Design) {
	for name, invoked := range c.usage.Invocations {
		f := design.Functions[name]
		if f.Traced && f.Streamed {
			c.usage.Traces += invoked.Count
		}
	}
	c.usage.Traces += c.usage.Requests
}
