package e2e

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// step is one command of a walk with the AWS CLI. A name in {braces} stands for
// what the walk has found before.
type step struct {
	command []string
	// query is a JMESPath into the answer, of which want is the text; "" if
	// only the success counts.
	query, want string
	// keep names the text that was found, for later steps.
	keep string
	// refused is the error code of a command that must fail.
	refused string
}

// walk is what a person does with one service, in order.
type walk struct {
	t     *testing.T
	known map[string]string
}

// do runs a step and checks what comes of it.
func (w *walk) do(s step) {
	w.t.Helper()
	arguments := make([]string, len(s.command))
	for i, word := range s.command {
		for name, value := range w.known {
			word = strings.ReplaceAll(word, "{"+name+"}", value)
		}
		arguments[i] = word
	}
	if s.query != "" {
		arguments = append(arguments, "--query", s.query, "--output", "text")
	}
	// For SQS, the AWS CLI v1 heeds no AWS_ENDPOINT_URL.
	arguments = append(arguments, "--endpoint-url", sut.runner.Endpoint)
	out, problem, err := cli(w.t.Context(), arguments...)
	switch {
	case s.refused != "":
		if want := "(" + s.refused + ") when calling"; err == nil || !strings.Contains(problem, want) {
			w.t.Errorf("aws %s: got %v, %s%s; want error %s", strings.Join(arguments, " "), err, out, problem, s.refused)
		}
		return
	case err != nil:
		w.t.Fatalf("aws %s: %v\n%s", strings.Join(arguments, " "), err, problem)
	case s.query != "" && !regexp.MustCompile("^(?s:"+s.want+")$").MatchString(out):
		w.t.Errorf("aws %s: got %q, want %q", strings.Join(arguments, " "), out, s.want)
	}
	if s.keep != "" {
		w.known[s.keep] = out
	}
}

// verb is a step that succeeds.
func verb(command, query, want string) step {
	return step{command: words(command), query: query, want: want}
}

// kept remembers what the step finds under a name.
func (s step) kept(name string) step {
	s.keep = name
	return s
}

// refusal is a step that fails with an error code.
func refusal(command, code string) step {
	return step{command: words(command), refused: code}
}

// words splits a command at its spaces; ~ stands for a space within a word.
func words(command string) []string {
	list := strings.Fields(command)
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "~", " ")
	}
	return list
}

// TestWalkWithTheAWSCLI goes through the verbs that a person would use to look
// around the app, and one mistake with each service.
func TestWalkWithTheAWSCLI(t *testing.T) {
	needRunner(t)
	if testing.Short() {
		t.Skip("it starts the AWS CLI some sixty times")
	}
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("aws, the AWS CLI, is not installed")
	}
	useOwnRunner(t)
	id := placeOrder(t, "100")
	awaitStatus(t, id, "OrderCompleted")
	awaitEvents(t, aboutOrder(id), []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"})
	known := map[string]string{
		"id": fmt.Sprint(id), "other": fmt.Sprint(placeOrder(t, "100")), "endpoint": sut.runner.Endpoint,
		"machine": sut.output("PaymentStateMachineArn"), "topic": sut.output("NotificationTopicArn"),
	}
	services := map[string][]step{
		"dynamodb": dynamodbSteps, "dynamodb items": itemSteps, "events": eventsSteps, "stepfunctions": stepfunctionsSteps,
		"logs": logsSteps, "sqs": sqsSteps, "cloudformation and sts": stackSteps,
	}
	for name, steps := range services {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &walk{t, maps.Clone(known)}
			for _, s := range steps {
				w.do(s)
			}
		})
	}
	t.Run("lambda", func(t *testing.T) {
		t.Parallel()
		walkLambda(&walk{t, maps.Clone(known)})
	})
	t.Run("sns", func(t *testing.T) {
		t.Parallel()
		walkSNS(&walk{t, maps.Clone(known)})
	})
	t.Run("logs tail", func(t *testing.T) {
		t.Parallel()
		walkTail(t, known["id"])
	})
}

// useOwnRunner has a test, its subtests included, look at a runner of its own:
// what it makes has names that it can't take twice.
func useOwnRunner(t *testing.T) {
	t.Helper()
	r, err := startRunner(t.TempDir()+"/out.json", "-context", "email="+email, "-backoff", "0.001")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	t.Cleanup(aim(t, r))
}

func walkLambda(w *walk) {
	dir := w.t.TempDir()
	payload, answer := filepath.Join(dir, "payload"), filepath.Join(dir, "answer")
	request := fmt.Sprintf(`{"version":"2.0","routeKey":"GET /order/{id}","rawPath":"/order/%[1]s","pathParameters":{"id":"%[1]s"},"requestContext":{"http":{"method":"GET","path":"/order/%[1]s"}}}`, w.known["id"])
	if err := os.WriteFile(payload, []byte(request), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.do(verb("lambda list-functions", "sort(Functions[?ends_with(FunctionName,'-order')].FunctionName)", "eda-demo-create-order\teda-demo-get-order\teda-demo-update-order"))
	w.do(verb("lambda get-function-configuration --function-name eda-demo-get-order", "[Runtime,State,Environment.Variables.ORDERS_TABLE]", "provided.al2023\tActive\teda-demo-orders"))
	w.do(verb("lambda invoke --function-name eda-demo-get-order --payload fileb://"+payload+" "+answer, "[StatusCode,FunctionError]", "200\tNone"))
	got, err := os.ReadFile(answer)
	if err != nil {
		w.t.Fatal(err)
	}
	if !strings.Contains(string(got), `"statusCode":200`) || !strings.Contains(string(got), "OrderCompleted") {
		w.t.Errorf("the function answers %s, want the completed order", got)
	}
	w.do(refusal("lambda get-function-configuration --function-name walk", "ResourceNotFoundException"))
	w.do(refusal("lambda invoke --function-name walk "+answer, "ResourceNotFoundException"))
	w.do(refusal("lambda list-layers", "UnknownOperationException"))
}

func walkSNS(w *walk) {
	w.do(verb("sns list-topics", "Topics[].TopicArn", ".*"+w.known["topic"]+".*"))
	w.do(verb("sns list-subscriptions-by-topic --topic-arn {topic}", "Subscriptions[].[Protocol,Endpoint]", "email\t"+email))
	w.do(verb("sns create-topic --name walk", "TopicArn", ".*:walk").kept("own"))
	w.do(verb("sns subscribe --topic-arn {own} --protocol email --notification-endpoint walk@example.com", "SubscriptionArn", "pending confirmation"))
	w.known["token"] = tokenFor(w.t, "walk@example.com")
	w.do(verb("sns confirm-subscription --topic-arn {own} --token {token}", "SubscriptionArn", ".*:walk:.+"))
	w.do(verb("sns publish --topic-arn {own} --subject Walked --message A-step-was-taken", "MessageId", ".{36}"))
	eventually(w.t, "the mail arrives", func() error {
		if got := findMails(w.t, sut.runner, "A-step-was-taken"); len(got) != 1 || got[0].To != "walk@example.com" {
			return fmt.Errorf("got %+v", got)
		}
		return nil
	})
	w.do(verb("sns delete-topic --topic-arn {own}", "", ""))
	w.do(refusal("sns publish --topic-arn {own} --message late", "NotFound"))
	w.do(refusal("sns confirm-subscription --topic-arn {topic} --token forged", "InvalidParameter"))
	w.do(refusal("sns list-platform-applications", "InvalidAction"))
}

var tokenInLink = regexp.MustCompile(`Token=([^&\s]+)`)

// tokenFor reads the token in the confirmation mail to an address.
func tokenFor(t *testing.T, address string) (token string) {
	t.Helper()
	eventually(t, "a confirmation mail to "+address, func() error {
		for _, m := range inbox(t, sut.runner) {
			if match := tokenInLink.FindStringSubmatch(m.ConfirmURL); m.To == address && match != nil {
				token = match[1]
				return nil
			}
		}
		return errors.New("there is none")
	})
	return token
}

// walkTail follows a log group, which the AWS CLI can from version 2 on.
func walkTail(t *testing.T, id string) {
	version, _, err := cli(t.Context(), "--version")
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(version, "aws-cli/1.") {
		t.Skip("the AWS CLI v1 has no logs tail")
	}
	out, problem, err := cli(t.Context(), "logs", "tail", "eda-demo-all", "--since", "10m", "--format", "short")
	if err != nil {
		t.Fatalf("aws logs tail: %v\n%s", err, problem)
	}
	if !strings.Contains(out, "OrderCompleted") || !strings.Contains(out, id) {
		t.Errorf("the tail does not show the completion of order %s:\n%s", id, out)
	}
}
