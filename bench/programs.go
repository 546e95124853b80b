package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/event"
	"eda-demo/internal/gobuild"
)

// measurePrograms times each Lambda program from its start to the answer to
// its first event, calls of DynamoDB, EventBridge and SNS included, those of
// orders beside a Node.js program that makes the same calls.
func measurePrograms(ctx context.Context, s settings) (table, error) {
	t := table{
		title: "First response of each Lambda program (start of the process to answer)",
		head:  []string{"program", "Go", "Node.js", "Node.js ÷ Go", "size of the Go program"},
	}
	r, err := startRunner(ctx, s)
	if err != nil {
		return t, err
	}
	defer r.stop()
	built, err := buildPrograms(ctx, s)
	if err != nil {
		return t, err
	}
	node, err := prepareNode(ctx, s)
	if err != nil {
		return t, err
	}
	t.note = node.note
	b := &starter{runner: r, tables: dynamodb.NewFromConfig(r.aws()), environment: programEnvironment(r), node: node.command}
	for _, p := range programs {
		row, err := b.compare(ctx, s, p, built[p.name])
		if err != nil {
			return t, fmt.Errorf("%s: %w", p.name, err)
		}
		t.add(row...)
	}
	return t, nil
}

// buildPrograms compiles the programs for this machine, as the app does, and
// returns their files by name.
func buildPrograms(ctx context.Context, s settings) (map[string]string, error) {
	built, err := gobuild.Build(ctx, s.root, gobuild.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}, []string{"./lambdas/..."})
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, p := range built {
		files[p.Name] = filepath.Join(p.Dir, "bootstrap")
	}
	return files, nil
}

func programEnvironment(r *runner) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "AWS_REGION=us-east-1", "AWS_ENDPOINT_URL=" + r.endpoint,
		"AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench", "AWS_LAMBDA_FUNCTION_NAME=bench", "NODE_NO_WARNINGS=1",
		"ORDERS_TABLE=" + r.outputs["OrdersTableName"], "NOTIFIED_EVENTS_TABLE=" + event.NotifiedEventsTable,
		"TOPIC_ARN=" + r.outputs["NotificationTopicArn"],
		"BOOKINGS_TABLE=" + r.outputs["BookingsTableName"], "PAYMENTS_TABLE=" + r.outputs["BookingPaymentsTableName"],
		"SEATS_TABLE=" + r.outputs["SeatsTableName"], "SEAT_ASSIGNMENTS_TABLE=" + r.outputs["SeatAssignmentsTableName"],
		"TICKETS_TABLE=" + r.outputs["TicketsTableName"], "FLIGHT_ROWS=30", "FLIGHT_SEATS=ABCDEF", "PAYMENT_LIMIT=1000",
		"EVENT_BUS_NAME=" + r.outputs["EventBusName"], "EVENT_SOURCE=" + event.OrderService,
	}
}

// starter starts programs against a runner and times them.
type starter struct {
	runner      *runner
	tables      *dynamodb.Client
	environment []string
	node        []string // how to start the Node.js program; nil if there is none
	lastID      int
}

// runsPerRound is how often a program is started in a round.
const runsPerRound = 5

func (b *starter) compare(ctx context.Context, s settings, p program, file string) ([]string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	var goRounds, nodeRounds []float64
	for range s.rounds {
		milliseconds, err := b.round(ctx, p, file)
		if err != nil {
			return nil, err
		}
		goRounds = append(goRounds, milliseconds)
		if b.node == nil || !p.inNode {
			continue
		}
		if milliseconds, err = b.round(ctx, p, b.node[0], append(b.node[1:], p.name)...); err != nil {
			return nil, fmt.Errorf("in Node.js: %w", err)
		}
		nodeRounds = append(nodeRounds, milliseconds)
	}
	size := fmt.Sprintf("%s MB", short(float64(info.Size())/1e6))
	if nodeRounds == nil {
		return []string{p.name, spread(goRounds, "ms"), "–", "–", size}, nil
	}
	ratio := quantile(nodeRounds, 0.5) / quantile(goRounds, 0.5)
	return []string{p.name, spread(goRounds, "ms"), spread(nodeRounds, "ms"), short(ratio), size}, nil
}

// round returns the median of some starts, in milliseconds.
func (b *starter) round(ctx context.Context, p program, name string, arguments ...string) (float64, error) {
	var times []float64
	for range runsPerRound {
		b.lastID++
		id := 5_000_000 + b.lastID
		if err := b.prepare(ctx, p, id); err != nil {
			return 0, err
		}
		took, err := b.start(ctx, fmt.Sprintf(p.event, id), name, arguments...)
		if err != nil {
			return 0, err
		}
		times = append(times, milliseconds(took))
	}
	return quantile(times, 0.5), nil
}

// prepare writes the item that a program needs. Written so, and not placed, it
// announces nothing: no other function works beside the one measured.
func (b *starter) prepare(ctx context.Context, p program, id int) error {
	if p.needs == nil {
		return nil
	}
	table, item := p.needs(id)
	_, err := b.tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(b.runner.outputs[table]), Item: item})
	if err != nil {
		return fmt.Errorf("write what %s needs: %w", p.name, err)
	}
	return nil
}

// start starts a program, hands it one event, and returns the time from the
// start to the answer.
func (b *starter) start(ctx context.Context, event, name string, arguments ...string) (time.Duration, error) {
	api, err := serveOnce(event)
	if err != nil {
		return 0, err
	}
	defer api.close()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Env = append(b.environment, "AWS_LAMBDA_RUNTIME_API="+api.address)
	command.Stderr = os.Stderr
	start := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	defer command.Wait()
	defer command.Process.Kill()
	select {
	case err := <-api.answered:
		return time.Since(start), err
	case <-time.After(30 * time.Second):
		return 0, fmt.Errorf("no answer within 30 s")
	}
}
