package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eda-demo/internal/event"
	"eda-demo/test/system"
)

// newID returns an order id that nothing else uses.
func newID() int64 { return 1_000_000 + rand.Int64N(1<<52) }

type answer struct {
	status int
	header http.Header
	body   string
}

// post sends a body as curl -d does.
func post(t *testing.T, body string) answer {
	t.Helper()
	return postTo(t, sut.api+"/order", body)
}

func postTo(t *testing.T, url, body string) answer {
	t.Helper()
	response, err := http.Post(url, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func get(t *testing.T, path string) answer {
	t.Helper()
	response, err := http.Get(sut.api + path)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func read(t *testing.T, response *http.Response) answer {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func outputOf(t *testing.T, file, name string) string {
	t.Helper()
	outputs, err := system.ReadOutputs(file)
	if err != nil {
		t.Fatal(err)
	}
	return outputs[name]
}

// placeOrder posts a new order and returns its id.
func placeOrder(t *testing.T, amount string) int64 {
	t.Helper()
	id := newID()
	got := post(t, fmt.Sprintf(`{"id":%d,"amount":%s}`, id, amount))
	if got.status != http.StatusAccepted {
		t.Fatalf("POST /order answers %d %s, want 202", got.status, got.body)
	}
	return id
}

type order struct {
	ID      int64
	Amount  json.Number
	Status  string
	Created string
	Updated string
	History []struct{ Status, At string }
}

func (o order) status() string { return o.Status }

func awaitStatus(t *testing.T, id int64, want string) order {
	t.Helper()
	return awaitStatusAt[order](t, fmt.Sprintf("/order/%d", id), want)
}

// awaitStatusAt waits until what a path shows has a status.
func awaitStatusAt[T interface{ status() string }](t *testing.T, path, want string) (found T) {
	t.Helper()
	eventually(t, path+" is "+want, func() error {
		got := get(t, path)
		var shown T
		if err := json.Unmarshal([]byte(got.body), &shown); err != nil {
			return fmt.Errorf("GET answers %d %s: %w", got.status, got.body, err)
		}
		found = shown
		if found.status() != want {
			return fmt.Errorf("its status is %s", found.status())
		}
		return nil
	})
	return found
}

func TestOrderReachesItsFinalStatus(t *testing.T) {
	tests := []struct{ amount, payment, final string }{
		{"100", "PaymentSucceeded", "OrderCompleted"},
		{"0.01", "PaymentSucceeded", "OrderCompleted"},
		{"500", "PaymentSucceeded", "OrderCompleted"}, // not greater than 500
		{"500.01", "PaymentFailed", "OrderCancelled"},
		{"900", "PaymentFailed", "OrderCancelled"},
		{"1000000000", "PaymentFailed", "OrderCancelled"},
	}
	for _, test := range tests {
		t.Run(test.amount, func(t *testing.T) {
			id := placeOrder(t, test.amount)
			got := awaitStatus(t, id, test.final)
			if got.ID != id || got.Amount.String() != test.amount || got.Created == "" || got.Updated < got.Created {
				t.Errorf("order is %+v, want id %d, amount %s and its times", got, id, test.amount)
			}
			if len(got.History) != 2 || got.History[0].Status != "OrderCreated" || got.History[1].Status != test.final {
				t.Errorf("history is %+v, want OrderCreated, %s", got.History, test.final)
			}
			awaitEvents(t, aboutOrder(id), []string{"OrderCreated", test.payment, test.final})
			checkItem(t, id, test.amount, test.final)
			checkExecution(t, id, test.payment)
		})
	}
}

// aboutOrder is the filter for an order's events in the catch-all log group.
func aboutOrder(id int64) string { return fmt.Sprintf("{ $.detail.id = %d }", id) }

// loggedEvents counts, by detail type, the events that match a filter in the
// catch-all log group.
func loggedEvents(t *testing.T, filter string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, logged := range allLogged(t, filter) {
		counts[logged.DetailType]++
	}
	return counts
}

// logged is what the tests look at of an event.
type logged struct {
	DetailType string `json:"detail-type"`
	Detail     struct{ Metadata event.Metadata }
}

func allLogged(t *testing.T, filter string) (events []logged) {
	t.Helper()
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(sut.aws), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(sut.output("CatchAllLogGroupName")), FilterPattern: aws.String(filter),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range page.Events {
			var e logged
			if err := json.Unmarshal([]byte(*message.Message), &e); err != nil {
				t.Fatalf("the log holds %s: %v", *message.Message, err)
			}
			events = append(events, e)
		}
	}
	return events
}

// awaitEvents waits until the catch-all log group has each event that matches a
// filter once. On AWS a duplicate is possible; the runner makes none by itself.
func awaitEvents(t *testing.T, filter string, want []string) {
	t.Helper()
	expected := map[string]int{}
	for _, name := range want {
		expected[name] = 1
	}
	eventually(t, "events with "+filter, func() error {
		if got := loggedEvents(t, filter); !maps.Equal(got, expected) {
			return fmt.Errorf("events are %v, want %v", got, expected)
		}
		return nil
	})
}

// item reads an item of the table that an output names; nil if there is none.
func item(t *testing.T, output string, key map[string]dynamotypes.AttributeValue) map[string]dynamotypes.AttributeValue {
	t.Helper()
	out, err := dynamodb.NewFromConfig(sut.aws).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(sut.output(output)), ConsistentRead: aws.Bool(true), Key: key,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

func checkItem(t *testing.T, id int64, amount, status string) {
	t.Helper()
	got := item(t, "OrdersTableName", map[string]dynamotypes.AttributeValue{"id": &dynamotypes.AttributeValueMemberN{Value: fmt.Sprint(id)}})
	gotAmount, _ := got["amount"].(*dynamotypes.AttributeValueMemberN)
	gotStatus, _ := got["status"].(*dynamotypes.AttributeValueMemberS)
	if gotAmount == nil || gotAmount.Value != amount || gotStatus == nil || gotStatus.Value != status {
		t.Errorf("item is %v, want amount %s and status %s", got, amount, status)
	}
}

// checkExecution finds the order's execution of the payment workflow.
func checkExecution(t *testing.T, id int64, payment string) {
	t.Helper()
	client := sfn.NewFromConfig(sut.aws)
	pages := sfn.NewListExecutionsPaginator(client, &sfn.ListExecutionsInput{
		StateMachineArn: aws.String(sut.output("PaymentStateMachineArn")),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, execution := range page.Executions {
			got, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: execution.ExecutionArn})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(*got.Input, fmt.Sprintf(`"id":%d,`, id)) {
				continue
			}
			checkHistory(t, client, *execution.ExecutionArn, payment)
			if got.Status != sfntypes.ExecutionStatusSucceeded {
				t.Errorf("execution of order %d is %s, want SUCCEEDED", id, got.Status)
			}
			return
		}
	}
	t.Errorf("no execution has the order %d as its input", id)
}

func checkHistory(t *testing.T, client *sfn.Client, execution, payment string) {
	t.Helper()
	out, err := client.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(execution)})
	if err != nil {
		t.Fatal(err)
	}
	var entered []string
	for _, event := range out.Events {
		if event.StateEnteredEventDetails != nil {
			entered = append(entered, *event.StateEnteredEventDetails.Name)
		}
	}
	outcome := "Payment Succeeded"
	if payment == "PaymentFailed" {
		outcome = "Payment Failed"
	}
	if want := []string{"isFraud", outcome, "Notify EventBus"}; !slices.Equal(entered, want) {
		t.Errorf("the execution entered %q, want %q", entered, want)
	}
}

func TestAnswerOfPost(t *testing.T) {
	id := newID()
	got := post(t, fmt.Sprintf(`{"id":%d,"amount":100.50}`, id))
	if got.status != http.StatusAccepted {
		t.Errorf("status is %d, want 202", got.status)
	}
	if want := fmt.Sprintf("/order/%d", id); got.header.Get("Location") != want {
		t.Errorf("Location is %q, want %q", got.header.Get("Location"), want)
	}
	if want := fmt.Sprintf(`{"id":%d,"amount":100.5,"status":"OrderCreated"}`, id); strings.TrimSpace(got.body) != want {
		t.Errorf("body is %s, want %s", got.body, want)
	}
}

func TestRepeatedPostChangesNothing(t *testing.T) {
	id := placeOrder(t, "100")
	awaitStatus(t, id, "OrderCompleted")
	awaitEvents(t, aboutOrder(id), []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"})

	again := post(t, fmt.Sprintf(`{"id":%d,"amount":1e2}`, id))
	if again.status != http.StatusAccepted || !strings.Contains(again.body, "OrderCompleted") {
		t.Errorf("the same order again answers %d %s, want 202 and the order as it stands", again.status, again.body)
	}
	other := post(t, fmt.Sprintf(`{"id":%d,"amount":200}`, id))
	if other.status != http.StatusConflict {
		t.Errorf("the same id with another amount answers %d %s, want 409", other.status, other.body)
	}

	// A later order that is through shows that nothing of the above follows.
	awaitStatus(t, placeOrder(t, "1"), "OrderCompleted")
	if got := loggedEvents(t, aboutOrder(id)); got["OrderCreated"] != 1 || len(got) != 3 {
		t.Errorf("events are %v, want the first three only", got)
	}
	checkItem(t, id, "100", "OrderCompleted")
}

func TestConcurrentPostsOfOneOrder(t *testing.T) {
	id := newID()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got := post(t, fmt.Sprintf(`{"id":%d,"amount":7}`, id)); got.status != http.StatusAccepted {
				t.Errorf("answers %d %s, want 202", got.status, got.body)
			}
		})
	}
	wg.Wait()
	awaitStatus(t, id, "OrderCompleted")
	awaitEvents(t, aboutOrder(id), []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"})
}

func TestManyOrdersAtOnce(t *testing.T) {
	ids := make([]int64, 100)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { ids[i] = placeOrder(t, fmt.Sprint(400+2*i)) })
	}
	wg.Wait()
	for i, id := range ids {
		want := "OrderCompleted"
		if 400+2*i > 500 {
			want = "OrderCancelled"
		}
		awaitStatus(t, id, want)
	}
}

func TestGetUnknownOrder(t *testing.T) {
	if got := get(t, fmt.Sprintf("/order/%d", newID())); got.status != http.StatusNotFound {
		t.Errorf("answers %d %s, want 404", got.status, got.body)
	}
}
