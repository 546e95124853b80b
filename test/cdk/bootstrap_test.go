package cdk

import (
	"slices"
	"strings"
	"testing"
)

// TestBootstrapped bootstraps the account as for AWS and deploys through the
// roles and the bucket of the bootstrap stack, without change sets.
func TestBootstrapped(t *testing.T) {
	needCLI(t)
	t.Parallel() // each has a cloud of its own, and mostly waits
	c := startCloud(t)
	assembly := synthesize(t)
	out, err := c.command(t, t.TempDir(), "bootstrap", "aws://000000000000/us-east-1").CombinedOutput()
	if err != nil {
		t.Fatalf("cdk bootstrap: %v\n%s", err, out)
	}
	says(t, "bootstrap", string(out), "CREATE_COMPLETE", "bootstrapped")
	before := c.has(t)

	orders := c.deploy(t, assembly, "--method=direct")
	orders.order(t, 1, 100, "OrderCompleted")
	again := c.cdk(t, 0, assembly, "deploy", "--require-approval", "never", "--method=direct")
	says(t, "deployed unchanged", again, "(no changes)")
	saysNot(t, "deployed unchanged", again, "could not be used to assume", "Proceeding anyway")
	saysNot(t, "diff", c.cdk(t, 0, assembly, "diff", "--fail"), "could not be used to assume")

	c.cdk(t, 0, assembly, "destroy", "--force")
	if after := c.has(t); !slices.Equal(after, before) {
		t.Errorf("it leaves\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
}
