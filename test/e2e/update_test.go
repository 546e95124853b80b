package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eda-demo/test/system"
)

// TestWatchedSourcesAreApplied changes a program of the app while the runner
// follows it: the new one answers, and the orders are still there.
func TestWatchedSourcesAreApplied(t *testing.T) {
	needRunner(t)
	app, outputs := t.TempDir(), filepath.Join(t.TempDir(), "out.json")
	if err := system.CopyApp(app); err != nil {
		t.Fatal(err)
	}
	r, err := system.StartIn(app, runnerPath, "-watch", "-backoff", "0.001", "-outputs", outputs)
	if err != nil {
		t.Fatal(err)
	}
	r.Outputs = outputs
	defer r.Stop()
	defer aim(t, r)()
	order := placeOrder(t, "100")
	awaitStatus(t, order, "OrderCompleted")
	pid := r.Pid()

	if err := system.ChangeGetOrder(app, "2"); err != nil {
		t.Fatal(err)
	}
	eventuallyWithin(t, time.Minute, "the changed program answers", func() error {
		response, err := http.Get(fmt.Sprintf("%s/order/%d", sut.api, order))
		if err != nil {
			return err
		}
		got := response.Header.Get(system.VersionHeader)
		if answer := read(t, response); got != "2" || answer.status != http.StatusOK {
			return fmt.Errorf("it answers %d with the version %q", answer.status, got)
		}
		return nil
	})
	awaitStatus(t, placeOrder(t, "900"), "OrderCancelled")
	if updated := updatedResources(t); !slices.Equal(updated, []string{"AWS::Lambda::Function"}) || r.Pid() != pid {
		t.Errorf("the update changed %v, want one function", updated)
	}
}

// updatedResources are the types of the resources that updates have changed.
func updatedResources(t *testing.T) []string {
	t.Helper()
	out, err := cloudformation.NewFromConfig(sut.aws).DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: aws.String("EdaDemo")})
	if err != nil {
		t.Fatal(err)
	}
	var updated []string
	for _, e := range out.StackEvents {
		if e.ResourceStatus == types.ResourceStatusUpdateComplete && !strings.HasSuffix(*e.ResourceType, "::Stack") {
			updated = append(updated, *e.ResourceType)
		}
	}
	return updated
}
