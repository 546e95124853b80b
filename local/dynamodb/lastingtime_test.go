package dynamodb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/store"
)

// keys counts the keys of a bucket.
func keys(t *testing.T, s *store.Store, bucket string) int {
	t.Helper()
	n := 0
	if err := s.Load(bucket, func(string, []byte) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// runFor lets a service do its work in the background for a while.
func runFor(work func(context.Context), while time.Duration) {
	running, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { work(running); close(done) }()
	time.Sleep(while)
	stop()
	<-done
}

func TestOldStateLeavesTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		kept := openStore(t, dir)
		service, c := newCallerOn(t, kept)
		c.createSessions()
		c.must("dynamodb", "UpdateTimeToLive", `{"TableName":"sessions","TimeToLiveSpecification":{"AttributeName":"at","Enabled":true}}`)
		for _, id := range []string{"a", "b", "c"} {
			c.must("dynamodb", "PutItem", fmt.Sprintf(`{"TableName":"sessions","Item":{"id":{"S":%q},"at":{"N":"%d"}}}`, id, time.Now().Add(time.Hour).Unix()))
		}
		var streams struct{ Streams []struct{ StreamArn string } }
		c.decode(c.must("dynamodbstreams", "ListStreams", `{}`), &streams)
		records := "dynamodb.records." + streams.Streams[0].StreamArn
		runFor(service.Run, 2*time.Hour)
		if items, written := keys(t, kept, "dynamodb.items.sessions"), keys(t, kept, records); items != 0 || written != 6 {
			t.Errorf("after the items expired the store has %d of them and %d records, want none and 6", items, written)
		}
		_, again := newCallerOn(t, afterCrash(t, dir))
		got := again.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, again.iterator()))
		if strings.Count(got, `"userIdentity"`) != 3 {
			t.Errorf("the stream has %s, want three records to be the service's", got)
		}
		runFor(service.Run, 25*time.Hour)
		if got := keys(t, kept, records); got != 1 {
			t.Errorf("after a day the store has %d records, want the last", got)
		}

		kept = afterCrash(t, dir)
		service, c = newCallerOn(t, kept)
		c.must("dynamodb", "PutItem", `{"TableName":"sessions","Item":{"id":{"S":"d"}}}`)
		got = c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, c.iterator()))
		if strings.Count(got, "eventID") != 1 || !strings.Contains(got, `"SequenceNumber":"100000000000000000007"`) {
			t.Errorf("the stream has %s, want one record with sequence number 7", got)
		}
		c.must("dynamodb", "DeleteTable", `{"TableName":"sessions"}`)
		runFor(service.Run, 25*time.Hour)
		for _, bucket := range []string{"dynamodb.tables", "dynamodb.items.sessions", "dynamodb.streams", records} {
			if got := keys(t, kept, bucket); got != 0 {
				t.Errorf("a day after the table was deleted %s has %d keys, want none", bucket, got)
			}
		}
	})
}
