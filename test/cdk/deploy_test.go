package cdk

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/test/system"
)

// TestDeployment is the life of a stack, driven by the CDK CLI: deployed, used,
// deployed again unchanged, with a changed function, with changed, added and
// removed resources, with a failure in the middle, and destroyed.
func TestDeployment(t *testing.T) {
	needCLI(t)
	t.Parallel() // each has a cloud of its own, and mostly waits
	c := startCloud(t)
	empty := c.has(t)
	first := synthesize(t)
	orders := c.deploy(t, first)
	orders.order(t, 1, 100, "OrderCompleted")
	orders.order(t, 2, 900, "OrderCancelled")
	c.confirm(t)
	orders.order(t, 3, 100, "OrderCompleted")
	c.awaitMail(t, "Order 3 completed")
	says(t, "deployed unchanged", c.cdk(t, 0, first, "deploy", "--require-approval", "never"), "(no changes)")
	c.expectNoDifference(t, first)

	second := changedFunction(t)
	c.updateFunction(t, second, orders)
	third := changedResources(t, second)
	c.updateResources(t, third)
	orders.order(t, 4, 100, "OrderCompleted")
	c.failToUpdate(t, third)
	orders.order(t, 5, 900, "OrderCancelled")
	c.expectNoDifference(t, third)
	fourth := retainedTable(t, third)
	c.cdk(t, 0, fourth, "deploy", "--require-approval", "never")
	orders.order(t, 6, 100, "OrderCompleted")

	says(t, "destroyed", c.cdk(t, 0, fourth, "destroy", "--force"), "destroyed")
	c.expectGone(t, orders, append(slices.Clone(empty), "table added"))
}

func (c *cloud) expectNoDifference(t *testing.T, assembly string) {
	t.Helper()
	says(t, "diff of nothing", c.cdk(t, 0, assembly, "diff", "--fail"), "There were no differences")
}

// updateFunction deploys an assembly in which only get-order differs.
func (c *cloud) updateFunction(t *testing.T, assembly string, orders api) {
	t.Helper()
	out := c.cdk(t, 1, assembly, "diff", "--fail")
	says(t, "diff of a function", out, "[~] AWS::Lambda::Function", "S3Key", "Number of stacks with differences: 1")
	saysNot(t, "diff of a function", out, "AWS::SQS::Queue", "AWS::DynamoDB::Table")
	c.deployUnderLoad(t, assembly, orders, "OrdersGetOrderFunction")
	if _, version, err := orders.status(1); err != nil || version != "2" {
		t.Errorf("the changed function answers with the version %q, %v; want 2", version, err)
	}
}

// updateResources deploys what changedResources has changed.
func (c *cloud) updateResources(t *testing.T, assembly string) {
	t.Helper()
	out := c.cdk(t, 1, assembly, "diff", "--fail")
	says(t, "diff of resources", out, "[+] AWS::SQS::Queue AddedQueue", "[+] AWS::DynamoDB::Table AddedTable",
		"[-] AWS::SQS::Queue NotificationsRuleDeadLetters", "[~] AWS::Events::Rule", "EventPattern", "other-service", "DeadLetterConfig")
	out = c.cdk(t, 0, assembly, "deploy", "--require-approval", "never", "--progress", "events")
	says(t, "replaced", out, "Requested update requires the creation of a new physical resource; hence creating one.")
	inOrder(t, out, "CREATE_COMPLETE | AWS::SQS::Queue | AddedQueue", "UPDATE_COMPLETE | AWS::Events::Rule",
		"DELETE_COMPLETE | AWS::SQS::Queue | ", "NotificationsRuleDeadLetters", "UPDATE_COMPLETE | AWS::CloudFormation::Stack")
}

// failToUpdate deploys on top of an assembly what fails, and finds nothing of
// it left.
func (c *cloud) failToUpdate(t *testing.T, assembly string) {
	t.Helper()
	before := c.has(t)
	out := c.cdk(t, 1, failing(t, assembly), "deploy", "--require-approval", "never", "--progress", "events")
	says(t, "failed", out, "UPDATE_ROLLBACK_COMPLET", "ZzzFails", "already exists")
	if after := c.has(t); !slices.Equal(after, before) {
		t.Errorf("the rollback leaves\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
}

// expectGone finds in the account only what is to be left, no API and no
// process.
func (c *cloud) expectGone(t *testing.T, orders api, want []string) {
	t.Helper()
	if left := c.has(t); !slices.Equal(left, want) {
		t.Errorf("what is left is %q, want %q", left, want)
	}
	if response, err := http.Get(string(orders) + "/order/1"); err == nil {
		response.Body.Close()
		t.Errorf("the API still answers: %s", response.Status)
	}
	eventually(t, "no process of a function is left", func() error {
		left, err := c.Children()
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("there are %v", left)
		}
		return err
	})
}

// deploy deploys for the first time and returns the API.
func (c *cloud) deploy(t *testing.T, assembly string, flags ...string) api {
	t.Helper()
	file := filepath.Join(t.TempDir(), "outputs.json")
	arguments := append([]string{"deploy", "--require-approval", "never", "--outputs-file", file, "--progress", "events"}, flags...)
	out := c.cdk(t, 0, assembly, arguments...)
	inOrder(t, out, "CREATE_COMPLETE | AWS::DynamoDB::Table", "CREATE_COMPLETE | AWS::CloudFormation::Stack", "EdaDemo.ApiEndpoint = http://127.0.0.1:")
	outputs, err := system.ReadOutputs(file)
	if err != nil {
		t.Fatal(err)
	}
	return api(outputs["ApiEndpoint"])
}

// deployUnderLoad deploys while orders come in; of the resources only one
// changes, and no order is lost.
func (c *cloud) deployUnderLoad(t *testing.T, assembly string, orders api, changed string) {
	t.Helper()
	const from = 1000
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var clients sync.WaitGroup
	placed := make([]int, 2)
	for client := range placed {
		clients.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if err := orders.post(from+2*n+client, 100); err != nil {
					t.Errorf("while it was deployed: %v", err)
					return
				}
				placed[client]++
				time.Sleep(20 * time.Millisecond) // so that there are not thousands
			}
		})
	}
	out := c.cdk(t, 0, assembly, "deploy", "--require-approval", "never", "--progress", "events")
	stop()
	clients.Wait()
	updated := regexp.MustCompile(`UPDATE_COMPLETE \| AWS::\w+::\w+ \| .*`).FindAllString(plain(out), -1)
	if len(updated) != 2 || !strings.Contains(updated[0], "AWS::Lambda::Function") || !strings.Contains(updated[0], changed) {
		t.Errorf("it updates %q, want only %s and the stack", updated, changed)
	}
	if placed[0] == 0 || placed[1] == 0 {
		t.Fatal("no order was placed meanwhile")
	}
	for client, count := range placed {
		for n := range count {
			orders.await(t, from+2*n+client, "OrderCompleted")
		}
	}
}

// changedResources is an assembly in which a rule has another pattern and
// another dead-letter queue, and there is one more table. The old queue is
// gone; another has a new name, so that it is replaced.
func changedResources(t *testing.T, from string) string {
	t.Helper()
	return changeTemplate(t, from, func(template system.Template) {
		old, queue := find(t, template, "AWS::SQS::Queue", "QueueName", "eda-demo-notification-service-dlq")
		queue["QueueName"] = "added"
		template.Rename(old, "AddedQueue")
		_, replaced := find(t, template, "AWS::SQS::Queue", "QueueName", "eda-demo-cw-catch-all-dlq")
		replaced["QueueName"] = "replaced"
		_, rule := find(t, template, "AWS::Events::Rule", "Name", "notification-service")
		rule["EventPattern"] = map[string]any{"source": []string{"order-service", "payment-service", "other-service"}}
		template.Resources()["AddedTable"] = map[string]any{"Type": "AWS::DynamoDB::Table", "Properties": map[string]any{
			"TableName": "added", "BillingMode": "PAY_PER_REQUEST",
			"AttributeDefinitions": []any{map[string]any{"AttributeName": "id", "AttributeType": "S"}},
			"KeySchema":            []any{map[string]any{"AttributeName": "id", "KeyType": "HASH"}},
		}}
	})
}

// retainedTable is an assembly in which the added table outlives the stack.
func retainedTable(t *testing.T, from string) string {
	t.Helper()
	return changeTemplate(t, from, func(template system.Template) {
		template.Resources()["AddedTable"].(map[string]any)["DeletionPolicy"] = "Retain"
	})
}

// failing is an assembly that changes much before a resource can't be created.
func failing(t *testing.T, from string) string {
	t.Helper()
	return changeTemplate(t, from, func(template system.Template) {
		_, rule := find(t, template, "AWS::Events::Rule", "Name", "notification-service")
		rule["Description"] = "changed"
		resources := template.Resources()
		resources["AaaQueue"] = map[string]any{"Type": "AWS::SQS::Queue"}
		resources["ZzzFails"] = map[string]any{
			"Type": "AWS::SQS::Queue", "DependsOn": []string{"AaaQueue"}, "Properties": map[string]any{"QueueName": "added"},
		}
	})
}

// plain makes one space of several: the CLI pads columns.
func plain(text string) string { return regexp.MustCompile(` +`).ReplaceAllString(text, " ") }

// inOrder fails the test unless a text has lines with the parts, in their order.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := plain(text)
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("%q is missing, or comes too early, in:\n%s", part, text)
			return
		}
		rest = after
	}
}
