package eventbridge_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// byTurns throttles each first entry of three and loses the answer of the
// second.
type byTurns struct{ n int }

func (b *byTurns) Entry(context.Context, string, any) (throttled, lost bool) {
	b.n++
	return b.n%3 == 1, b.n%3 == 2
}

func TestFaultsOfEntries(t *testing.T) {
	f := newFixture(t)
	f.Faults = &byTurns{}
	before := f.Stats().Accepted
	out, err := f.client(t).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		entry("s", "t", "{}", "orders"), entry("s", "t", "{}", "orders"), entry("s", "t", "{}", "orders"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"ThrottlingException", "InternalFailure", ""} {
		if got := aws.ToString(out.Entries[i].ErrorCode); got != want || (out.Entries[i].EventId == nil) != (want != "") {
			t.Errorf("entry %d has the error %q and the id %v, want the error %q", i, got, out.Entries[i].EventId, want)
		}
	}
	if accepted := f.Stats().Accepted - before; out.FailedEntryCount != 2 || accepted != 2 {
		t.Errorf("%d entries failed and %d were accepted, want 2 and 2", out.FailedEntryCount, accepted)
	}
}
