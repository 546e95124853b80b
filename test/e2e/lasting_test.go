package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// kills is how often the runner is killed.
const kills = 6

// An interrupted notification may be tried again only when its claim has ended,
// 9 seconds after it began: the pauses between Lambda's attempts, one and two
// minutes on AWS, must not become much shorter than that.
const (
	backoff      = "0.17"
	mailPatience = 90 * time.Second
)

// acknowledged are the orders that were answered with 202, and their amounts.
type acknowledged struct {
	mu     sync.Mutex
	orders map[int64]int
}

func (a *acknowledged) add(id int64, amount int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.orders[id] = amount
}

// TestKilledRunnerLosesNothing kills the runner again and again in the middle
// of a run of orders. Every order that was acknowledged must reach the status
// that its amount demands, with its events published and its mails sent.
func TestKilledRunnerLosesNothing(t *testing.T) {
	needRunner(t)
	data, outputs := t.TempDir(), t.TempDir()+"/out.json"
	start := func() *runner {
		r, err := startRunner(outputs, "-context", "email="+email, "-data", data, "-backoff", backoff)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Stop)
		return r
	}
	r := start()
	restore := aim(t, r)
	defer restore()
	confirm(t, r)
	r, placed := placeAndKill(t, r, start, kills)
	if len(placed.orders) < kills {
		t.Fatalf("only %d orders were acknowledged", len(placed.orders))
	}
	t.Logf("%d orders were acknowledged between %d kills", len(placed.orders), kills)
	if got := subscriptionARN(t); !strings.HasPrefix(got, "arn:") {
		t.Errorf("the subscription is %s, want it to be confirmed still", got)
	}
	checkOutcomes(t, r, placed.orders)
}

// aim has the tests look at another runner, until the returned function is
// called.
func aim(t *testing.T, r *runner) (restore func()) {
	t.Helper()
	before := sut
	sut.runner = r
	sut.aws.BaseEndpoint = aws.String(r.Endpoint)
	if err := sut.readOutputs(r.Outputs); err != nil {
		t.Fatal(err)
	}
	return func() { sut = before }
}

// placeAndKill has clients place orders and kills the runner in the middle,
// several times; after each, start starts the next one.
func placeAndKill(t *testing.T, r *runner, start func() *runner, kills int) (*runner, *acknowledged) {
	t.Helper()
	placed := &acknowledged{orders: map[int64]int{}}
	for range kills {
		ctx, cancel := context.WithCancel(t.Context())
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() { placeOrders(ctx, sut.api, placed) })
		}
		time.Sleep(time.Duration(20+rand.IntN(200)) * time.Millisecond) // a kill at any moment
		r.Kill()
		cancel()
		clients.Wait()
		r = start()
		aim(t, r)
	}
	return r, placed
}

func placeOrders(ctx context.Context, api string, placed *acknowledged) {
	for ctx.Err() == nil {
		id, amount := newID(), 100+800*rand.IntN(2)
		body := strings.NewReader(fmt.Sprintf(`{"id":%d,"amount":%d}`, id, amount))
		response, err := http.Post(api+"/order", "application/json", body)
		if err != nil {
			return // killed
		}
		response.Body.Close()
		if response.StatusCode == http.StatusAccepted {
			placed.add(id, amount)
		}
	}
}

// outcome is what an order of an amount must lead to.
func outcome(amount int) (final string, events []string) {
	if amount > 500 {
		return "OrderCancelled", []string{"OrderCreated", "PaymentFailed", "OrderCancelled"}
	}
	return "OrderCompleted", []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"}
}

func checkOutcomes(t *testing.T, r *runner, orders map[int64]int) {
	t.Helper()
	for id, amount := range orders {
		final, _ := outcome(amount)
		if got := awaitStatus(t, id, final); len(got.History) != 2 {
			t.Errorf("the history of order %d is %+v, want two entries", id, got.History)
		}
	}
	eventuallyWithin(t, mailPatience, "all events are logged and mailed", func() error {
		logged, mailed := allLoggedEvents(t), allMailedEvents(t, r)
		for id, amount := range orders {
			_, events := outcome(amount)
			for _, name := range events {
				happened := happening{id, name}
				if !logged[happened] || !mailed[happened] {
					return fmt.Errorf("%s of order %d: logged %t, mailed %t", name, id, logged[happened], mailed[happened])
				}
			}
		}
		return nil
	})
}

// happening is an event of an order.
type happening struct {
	order int64
	event string
}

func allLoggedEvents(t *testing.T) map[happening]bool {
	t.Helper()
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(sut.aws), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(sut.output("CatchAllLogGroupName")),
	})
	found := map[happening]bool{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, logged := range page.Events {
			var event struct {
				DetailType string `json:"detail-type"`
				Detail     struct{ ID int64 }
			}
			if err := json.Unmarshal([]byte(*logged.Message), &event); err != nil {
				t.Fatalf("the log holds %s: %v", *logged.Message, err)
			}
			found[happening{event.Detail.ID, event.DetailType}] = true
		}
	}
	return found
}

var mailedEvent = regexp.MustCompile(`Event: (\w+)\nOrder: (\d+)`)

func allMailedEvents(t *testing.T, r *runner) map[happening]bool {
	t.Helper()
	found := map[happening]bool{}
	for _, m := range inbox(t, r) {
		if match := mailedEvent.FindStringSubmatch(m.Body); match != nil {
			id, err := strconv.ParseInt(match[2], 10, 64)
			if err != nil {
				t.Fatalf("mail %q: %v", m.Body, err)
			}
			found[happening{id, match[1]}] = true
		}
	}
	return found
}
