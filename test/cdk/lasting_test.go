package cdk

import (
	"regexp"
	"slices"
	"testing"
)

// TestKilledCloudComesBack kills a runner that keeps its state, and finds in
// the next one the stack that was deployed to the first: its functions, its
// orders and its mails.
func TestKilledCloudComesBack(t *testing.T) {
	needCLI(t)
	t.Parallel() // each has a cloud of its own, and mostly waits
	data := t.TempDir()
	c := startCloud(t, "-data", data)
	empty := c.has(t)
	assembly := synthesize(t)
	orders := c.deploy(t, assembly)
	orders.order(t, 1, 100, "OrderCompleted")
	c.confirm(t)
	c.Kill()

	again := startCloud(t, "-data", data)
	again.home = c.home
	orders = again.api(t)
	orders.await(t, 1, "OrderCompleted")
	orders.order(t, 2, 100, "OrderCompleted")
	again.awaitMail(t, "Order 2 completed")
	says(t, "deployed unchanged", again.cdk(t, 0, assembly, "deploy", "--require-approval", "never"), "(no changes)")
	again.cdk(t, 0, assembly, "destroy", "--force")
	if left := again.has(t); !slices.Equal(left, empty) {
		t.Errorf("it leaves %q, want what an empty account has, %q", left, empty)
	}
}

// api is the app's HTTP API, as the runner prints it at its start.
func (c *cloud) api(t *testing.T) api {
	t.Helper()
	found := regexp.MustCompile(`export API=(\S+)`).FindStringSubmatch(c.Printed())
	if found == nil {
		t.Fatalf("the runner does not print the API's URL:\n%s", c.Printed())
	}
	return api(found[1])
}
