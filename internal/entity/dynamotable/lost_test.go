package dynamotable_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/entity/dynamotable/itemtest"
	"eda-demo/internal/event"
)

// forgetful loses the first answer to an operation, which is carried out.
type forgetful struct {
	aws.HTTPClient
	operation string
	lost      int
}

func (f *forgetful) Do(r *http.Request) (*http.Response, error) {
	answer, err := f.HTTPClient.Do(r)
	if err == nil && f.lost == 0 && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+f.operation) {
		f.lost++
		answer.Body.Close()
		return nil, io.ErrUnexpectedEOF
	}
	return answer, err
}

// losing is a store that loses an answer, which the SDK asks for again.
func losing(client *dynamodb.Client, operation string) (*dynamotable.Table[string, thing], *forgetful) {
	lost := &forgetful{HTTPClient: client.Options().HTTPClient, operation: operation}
	return newStore(dynamodb.New(client.Options(), func(o *dynamodb.Options) {
		o.HTTPClient = lost
		o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) { s.Backoff = retry.NewExponentialJitterBackoff(time.Millisecond) })
	})), lost
}

// TestLostAnswers: with an event, whoever asks again knows its own write.
func TestLostAnswers(t *testing.T) {
	for _, announces := range []*event.Pending{nil, {EventID: "e", DetailType: "ThingCounted", Detail: "{}", At: time.Unix(0, 0).UTC()}} {
		client := newTable(t)
		ctx := context.Background()
		store, lost := losing(client, "PutItem")
		stored, created, err := store.Create(ctx, thing{ID: "a", List: []string{}}, announces)
		if err != nil || lost.lost != 1 || created != (announces != nil) || stored.ID != "a" {
			t.Errorf("after %d lost answers Create = %+v, %v, %v", lost.lost, stored, created, err)
		}
		if announces != nil {
			announces.EventID = "f"
		}
		store, lost = losing(client, "UpdateItem")
		stands, changed, err := store.Change(ctx, "a", once(announces))
		if err != nil || lost.lost != 1 || changed != (announces != nil) || !slices.Equal(stands.List, []string{"once"}) {
			t.Errorf("after %d lost answers Change = %+v, %v, %v", lost.lost, stands, changed, err)
		}
		after := read(t, client, "a")
		if got := itemtest.Spell(after["list"]) + ", version " + itemtest.Spell(after["version"]); got != "L [S once], version N 1" {
			t.Errorf("after lost answers the list is %s", got)
		}
	}
}

// once is a change that knows when it was made.
func once(announces *event.Pending) entity.Decision[thing] {
	return func(stands thing) (thing, *event.Pending, bool, error) {
		if slices.Contains(stands.List, "once") {
			return stands, nil, false, nil
		}
		stands.List = append(stands.List, "once")
		return stands, announces, true, nil
	}
}
