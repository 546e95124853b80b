package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"eda-demo/internal/event"
)

// ask sends a request with a token, or without if it is "".
func ask(t *testing.T, method, url, body, token string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

// TestProductionStage runs the app as it is in production: through aliases, and
// for callers with a token only.
func TestProductionStage(t *testing.T) {
	needRunner(t)
	t.Parallel()
	issuer := newIssuer(t)
	r, err := startRunner(t.TempDir()+"/out.json", "-backoff", "0.001", "-context", "stage=prod",
		"-context", "auth=jwt", "-context", "jwtIssuer="+issuer.url, "-context", "jwtAudience=orders")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	api := outputOf(t, r.Outputs, "ApiEndpoint") + "/order"

	for name, token := range map[string]string{
		"no token": "", "no JWT": "abc", "for another": issuer.token("invoices", time.Hour),
		"expired": issuer.token("orders", -time.Second), "of another issuer": newIssuer(t).token("orders", time.Hour),
	} {
		got := ask(t, http.MethodPost, api, `{"id":1,"amount":100}`, token)
		if want := `{"message":"Unauthorized"}`; got.status != http.StatusUnauthorized || got.body != want {
			t.Errorf("%s: POST /order answers %d %s, want 401 %s", name, got.status, got.body, want)
		}
	}
	token := issuer.token("orders", time.Hour)
	if got := ask(t, http.MethodGet, api+"/1", "", token); got.status != http.StatusNotFound {
		t.Errorf("after requests that were refused, the order is there: %d %s", got.status, got.body)
	}
	if got := ask(t, http.MethodPost, api, `{"id":1,"amount":100}`, token); got.status != http.StatusAccepted {
		t.Fatalf("with a token, POST /order answers %d %s, want 202", got.status, got.body)
	}
	eventually(t, "the order is completed", func() error {
		var found order
		got := ask(t, http.MethodGet, api+"/1", "", token)
		if err := json.Unmarshal([]byte(got.body), &found); err != nil || found.Status != "OrderCompleted" {
			return fmt.Errorf("GET answers %d %s", got.status, got.body)
		}
		return nil
	})
	checkVersions(t, r)
}

// checkVersions finds in the logs that version 1 of each function has run, and
// no other.
func checkVersions(t *testing.T, r *runner) {
	t.Helper()
	cfg := sut.aws.Copy()
	cfg.BaseEndpoint = aws.String(r.Endpoint)
	logs := cloudwatchlogs.NewFromConfig(cfg)
	functions := lambda.NewFromConfig(cfg)
	for _, name := range []string{
		event.CreateOrderFunction, event.GetOrderFunction, event.UpdateOrderFunction,
		event.PublishOrderEventsFunction, event.NotificationFunction,
	} {
		alias, err := functions.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: &name, Name: aws.String("live")})
		if err != nil || *alias.FunctionVersion != "1" {
			t.Errorf("the alias live of %s: %+v, error %v; want it to lead to version 1", name, alias, err)
		}
		eventually(t, "version 1 of "+name+" has run, and no other", func() error {
			streams, err := logs.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("/aws/lambda/" + name)})
			if err != nil {
				return err
			}
			for _, stream := range streams.LogStreams {
				if !strings.Contains(*stream.LogStreamName, "[1]") {
					return fmt.Errorf("log stream %s", *stream.LogStreamName)
				}
			}
			if len(streams.LogStreams) == 0 {
				return fmt.Errorf("there is no log stream")
			}
			return nil
		})
	}
}
