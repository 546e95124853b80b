package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"eda-demo/internal/event"
	"eda-demo/test/system"
)

// operator runs `go run ./ops`.
type operator struct {
	program string
	runner  *runner
}

// opsPath is the compiled ops, beside the runner.
var opsPath = sync.OnceValues(func() (string, error) {
	return system.BuildOps(context.Background(), filepath.Dir(runnerPath))
})

func newOperator(t *testing.T, r *runner) operator {
	t.Helper()
	program, err := opsPath()
	if err != nil {
		t.Fatal(err)
	}
	return operator{program, r}
}

func (o operator) run(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), o.program, arguments...)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+o.runner.Endpoint,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_REGION=us-east-1")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("ops %s: %v; it printed\n%s\nand the runner\n%s", strings.Join(arguments, " "), err, out, o.runner.Printed())
	}
	return string(out)
}

// awaitListed waits until the list of dead letters has lines with all of each
// of the texts.
func (o operator) awaitListed(t *testing.T, rows ...[]string) {
	t.Helper()
	eventually(t, "dead letters are listed", func() error {
		list := o.run(t, "redrive")
		for _, texts := range rows {
			if !hasLine(list, texts) {
				return fmt.Errorf("no line has %q in\n%s", texts, list)
			}
		}
		return nil
	})
}

func hasLine(text string, parts []string) bool {
	for line := range strings.Lines(text) {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(line, part)
		}
		if all {
			return true
		}
	}
	return false
}

// TestDeadLettersComeBack breaks the system in three places, one for each kind
// of dead letter, and mends it: what failed in the meantime takes effect, once,
// however often it is put back or replayed.
func TestDeadLettersComeBack(t *testing.T) {
	needRunner(t)
	r, err := startRunner(t.TempDir()+"/out.json", "-context", "email="+email, "-backoff", "0.001")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	defer aim(t, r)()
	confirm(t, r)
	ops := newOperator(t, r)
	if got := ops.run(t, "redrive"); !strings.Contains(got, "No dead letters") {
		t.Fatalf("at the start the list is\n%s\nwant no dead letters", got)
	}

	unknown := newID()
	publish(t, "payment-service", "PaymentSucceeded", paymentDetail(unknown, fmt.Sprint("unknown-", unknown)))
	ops.awaitListed(t, []string{fmt.Sprint("PaymentSucceeded ", unknown), "function " + event.UpdateOrderFunction, "RetriesExhausted (3 invocations): ", "it does not exist"})
	mendPublisher := mislead(t, event.PublishOrderEventsFunction, "EVENT_BUS_NAME", "default")
	unpublished := placeOrder(t, "100")
	ops.awaitListed(t, []string{"1 write to table " + event.OrdersTable, "stream to function " + event.PublishOrderEventsFunction, "RetryAttemptsExhausted"})
	mendPublisher()
	mendPermission := forbidInvocation(t, event.UpdateOrderFunction, event.OrderRule)
	unpaid := placeOrder(t, "900")
	ops.awaitListed(t, []string{fmt.Sprint("PaymentFailed ", unpaid), "rule " + event.OrderRule, "NO_PERMISSIONS (0 retries)"})
	mendPermission()
	if got := post(t, fmt.Sprintf(`{"id":%d,"amount":100}`, unknown)); got.status != 202 {
		t.Fatalf("POST /order answers %d %s, want 202", got.status, got.body)
	}

	letters := copyLetters(t)
	if out := ops.run(t, "redrive", "-queue", "all", "-yes"); !strings.Contains(out, "3 messages put back.") {
		t.Errorf("redrive printed\n%s\nwant 3 messages put back", out)
	}
	orders := map[int64]string{unknown: "OrderCompleted", unpublished: "OrderCompleted", unpaid: "OrderCancelled"}
	checkFinal(t, r, orders)
	if got := ops.run(t, "redrive"); !strings.Contains(got, "No dead letters") {
		t.Errorf("after it the list is\n%s\nwant no dead letters", got)
	}

	before := mailsOf(t, r, orders)
	letters.send(t)
	if out := ops.run(t, "redrive", "-queue", "all", "-yes"); !strings.Contains(out, "3 messages put back.") {
		t.Errorf("redrive printed\n%s\nwant 3 messages put back again", out)
	}
	awaitRepeated(t, func() { ops.run(t, "replay", "-from", "1h", "-rule", event.NotificationRule, "-wait") })
	awaitRepeated(t, func() { ops.run(t, "replay", "-from", "1h", "-wait") })
	checkFinal(t, r, orders)
	if after := mailsOf(t, r, orders); after != before {
		t.Errorf("after putting back twice and replaying, the mails are %s, want those before: %s", after, before)
	}
	if got := ops.run(t, "redrive"); !strings.Contains(got, "No dead letters") {
		t.Errorf("at the end the list is\n%s\nwant no dead letters", got)
	}
}

// checkFinal waits until each order has its status, with a history of two
// steps, and the mails of its three events.
func checkFinal(t *testing.T, r *runner, orders map[int64]string) {
	t.Helper()
	for id, want := range orders {
		if got := awaitStatus(t, id, want); len(got.History) != 2 {
			t.Errorf("the history of order %d is %+v, want two entries", id, got.History)
		}
		eventually(t, fmt.Sprintf("mails of order %d", id), func() error {
			if got := findMails(t, r, fmt.Sprint(id)); len(got) < 3 {
				return fmt.Errorf("%d mails: %+v", len(got), got)
			}
			return nil
		})
	}
}

func mailsOf(t *testing.T, r *runner, orders map[int64]string) string {
	t.Helper()
	counts := map[int64]int{}
	for id := range orders {
		counts[id] = len(findMails(t, r, fmt.Sprint(id)))
	}
	return fmt.Sprint(counts)
}

// awaitRepeated replays, and waits until the notification function has seen
// every event that was archived before, and known it.
func awaitRepeated(t *testing.T, replay func()) {
	t.Helper()
	archive, err := eventbridge.NewFromConfig(sut.aws).DescribeArchive(t.Context(), &eventbridge.DescribeArchiveInput{
		ArchiveName: aws.String(event.ArchiveName),
	})
	if err != nil {
		t.Fatal(err)
	}
	known := repetitions(t)
	replay()
	eventually(t, "every event was known", func() error {
		if got := repetitions(t) - known; int64(got) < archive.EventCount {
			return fmt.Errorf("%d of %d", got, archive.EventCount)
		}
		return nil
	})
}

// repetitions counts the events that the notification function did not tell of
// again.
func repetitions(t *testing.T) int {
	t.Helper()
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(sut.aws), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String("/aws/lambda/" + event.NotificationFunction), FilterPattern: aws.String(`"people were notified before"`),
	})
	count := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		count += len(page.Events)
	}
	return count
}

// mislead has a function use something that it may not, by a variable of its
// environment, until mend is called.
func mislead(t *testing.T, function, variable, wrong string) (mend func()) {
	t.Helper()
	client := lambda.NewFromConfig(sut.aws)
	name := aws.String(function)
	now, err := client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: name})
	if err != nil {
		t.Fatal(err)
	}
	set := func(value string) {
		t.Helper()
		variables := now.Environment.Variables
		variables[variable] = value
		_, err := client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
			FunctionName: name, Environment: &lambdatypes.Environment{Variables: variables},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	right := now.Environment.Variables[variable]
	set(wrong)
	return func() { set(right) }
}

// permission is a statement of a function's policy that allows a rule.
type permission struct {
	Sid       string
	Condition struct {
		ArnLike struct {
			Source string `json:"AWS:SourceArn"`
		}
	}
}

// forbidInvocation takes a rule's permission on a function away until mend is
// called.
func forbidInvocation(t *testing.T, function, rule string) (mend func()) {
	t.Helper()
	client := lambda.NewFromConfig(sut.aws)
	name := aws.String(function)
	allowed := permissionOf(t, function, rule)
	if _, err := client.RemovePermission(t.Context(), &lambda.RemovePermissionInput{FunctionName: name, StatementId: &allowed.Sid}); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		_, err := client.AddPermission(t.Context(), &lambda.AddPermissionInput{
			FunctionName: name, StatementId: &allowed.Sid, Action: aws.String("lambda:InvokeFunction"),
			Principal: aws.String("events.amazonaws.com"), SourceArn: &allowed.Condition.ArnLike.Source,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// permissionOf finds the statement of a function's policy that allows a rule.
func permissionOf(t *testing.T, function, rule string) permission {
	t.Helper()
	out, err := lambda.NewFromConfig(sut.aws).GetPolicy(t.Context(), &lambda.GetPolicyInput{FunctionName: &function})
	if err != nil {
		t.Fatal(err)
	}
	var policy struct{ Statement []permission }
	if err := json.Unmarshal([]byte(*out.Policy), &policy); err != nil {
		t.Fatal(err)
	}
	for _, statement := range policy.Statement {
		if strings.HasSuffix(statement.Condition.ArnLike.Source, "/"+rule) {
			return statement
		}
	}
	t.Fatalf("the policy of %s does not allow the rule %s: %s", function, rule, *out.Policy)
	return permission{}
}

// letters are messages by the URL of their queue.
type letters map[string][]sqstypes.Message

// copyLetters returns what is in the dead-letter queues, and leaves it there.
func copyLetters(t *testing.T) letters {
	t.Helper()
	client := sqs.NewFromConfig(sut.aws)
	found := letters{}
	queues, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("eda-demo-")})
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range queues.QueueUrls {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, VisibilityTimeout: 60, MessageAttributeNames: []string{"All"},
		})
		for _, m := range out.Messages {
			found[url] = append(found[url], m)
			_, visible := client.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
				QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0,
			})
			err = errors.Join(err, visible)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// send has the letters in their queues again, as if they had not been deleted
// after they were put back.
func (l letters) send(t *testing.T) {
	t.Helper()
	client := sqs.NewFromConfig(sut.aws)
	for url, messages := range l {
		for _, m := range messages {
			_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{
				QueueUrl: &url, MessageBody: m.Body, MessageAttributes: m.MessageAttributes,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
