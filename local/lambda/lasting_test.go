package lambda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// lasting is a cloud on a store in a folder.
type lasting struct {
	*cloud
	kept *store.Store
}

func startLasting(t *testing.T, dir string) lasting {
	t.Helper()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	c := startOn(t, workerPolicy, kept)
	c.function("")
	return lasting{c, kept}
}

// kill ends the cloud so that nothing is kept of what it does at the end.
func (l lasting) kill() {
	l.t.Helper()
	if err := l.kept.Close(); err != nil {
		l.t.Fatal(err)
	}
	l.stop()
}

// TestAsyncInvocationsOutliveTheProcess ends the process between the attempts
// of an invocation that fails: there are three in all.
func TestAsyncInvocationsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	invocations := 0
	run := func(during func(lasting)) {
		c := startLasting(t, dir)
		c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`)
		if err := c.queue.Resume(); err != nil {
			t.Fatal(err)
		}
		during(c)
		c.kill()
		invocations += c.service.Stats()["f"].Invocations
	}
	run(func(c lasting) {
		c.send(`{"do":"fail","text":"no luck","sleep":40}`)
		eventually(t, "the first attempt has ended", func() bool { return c.service.Stats()["f"].Invocations > 1 })
	})
	var record struct {
		RequestContext struct{ ApproximateInvokeCount int }
		RequestPayload json.RawMessage
	}
	run(func(c lasting) {
		body := c.received("SendMessage")["MessageBody"].(string)
		if err := json.Unmarshal([]byte(body), &record); err != nil {
			t.Fatal(err)
		}
		eventually(t, "nothing is pending", func() bool { return c.queue.Pending() == 0 })
	})
	if record.RequestContext.ApproximateInvokeCount != 3 || string(record.RequestPayload) != `{"do":"fail","text":"no luck","sleep":40}` {
		t.Errorf("record %+v, want 3 attempts of the event", record)
	}
	// The attempt that the end of the process interrupted does not count.
	if invocations < 3 || invocations > 4 {
		t.Errorf("%d attempts, want 3, and perhaps the one that was interrupted", invocations)
	}
}

// TestARecordThatTheEndInterruptsIsSentByTheNextProcess ends the process while
// the failure destination is being called.
func TestARecordThatTheEndInterruptsIsSentByTheNextProcess(t *testing.T) {
	dir := t.TempDir()
	begin := func() lasting {
		c := startLasting(t, dir)
		c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","MaximumRetryAttempts":0,"DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`)
		if err := c.queue.Resume(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := begin()
	first.calls.before = func(ctx context.Context, operation string) error {
		if operation != "SendMessage" {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	first.send(`{"do":"fail","text":"no luck"}`)
	first.received("SendMessage")
	first.stop()
	if err := first.kept.Close(); err != nil {
		t.Fatal(err)
	}
	if body := begin().received("SendMessage")["MessageBody"].(string); contains(body, "no luck") != nil {
		t.Errorf("the next process sends %s, want the failure", body)
	}
}

// log is a stream with one shard that outlives the clouds.
type log struct {
	mu    sync.Mutex
	shard string
	count int // of records; they have the sequence numbers from 1
}

func (l *log) set(shard string, count int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shard, l.count = shard, count
}

func (l *log) register(c *cloud) {
	answer := func(name string, output func(in map[string]any) map[string]any) frontdoor.Operation {
		return c.calls.operation("dynamodb", name, func(in map[string]any) (map[string]any, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			return output(in), nil
		})
	}
	c.door.Register(frontdoor.Service{Name: "dynamodbstreams", Operations: []frontdoor.Operation{
		answer("DescribeStream", func(map[string]any) map[string]any {
			return map[string]any{"StreamDescription": map[string]any{"Shards": []any{map[string]any{"ShardId": l.shard}}}}
		}),
		answer("GetShardIterator", func(in map[string]any) map[string]any {
			switch in["ShardIteratorType"] {
			case "LATEST":
				return map[string]any{"ShardIterator": strconv.Itoa(l.count)}
			case "AFTER_SEQUENCE_NUMBER":
				return map[string]any{"ShardIterator": in["SequenceNumber"]}
			}
			return map[string]any{"ShardIterator": "0"}
		}),
		answer("GetRecords", func(in map[string]any) map[string]any {
			from, _ := strconv.Atoi(in["ShardIterator"].(string))
			records := []any{}
			for i := from + 1; i <= l.count; i++ {
				records = append(records, map[string]any{"eventID": "e", "dynamodb": map[string]any{
					"SequenceNumber": strconv.Itoa(i), "ApproximateCreationDateTime": 1,
				}})
			}
			return map[string]any{"Records": records, "NextShardIterator": strconv.Itoa(max(from, l.count))}
		}),
	}})
}

// read is one process: it returns where it began to read and how many batches
// of one record the function got.
func (l *log) read(t *testing.T, dir, stream, position string, handled int) (began string, batches int) {
	t.Helper()
	c := startLasting(t, dir)
	l.register(c.cloud)
	mapping := definition("EventSourceMapping", "M", fmt.Sprintf(
		`{"FunctionName":"f","EventSourceArn":%q,"StartingPosition":%q,"BatchSize":1,"ParallelizationFactor":2}`, stream, position))
	mapping.PhysicalID = "11111111-2222-5333-8444-555555555555"
	c.mustCreate(mapping)
	eventually(t, fmt.Sprint(handled, " records are handled"), func() bool { return c.service.Stats()["f"].Invocations >= handled })
	eventually(t, "the stream is read", func() bool { return len(c.calls.of("GetRecords")) > 0 })
	if handled > 0 {
		eventually(t, "the position is kept", func() bool {
			kept := 0
			err := c.kept.Load("lambda/positions", func(_ string, value []byte) error {
				kept, _ = strconv.Atoi(string(value))
				return nil
			})
			return err == nil && kept == l.count
		})
	}
	c.kill()
	in := c.calls.of("GetShardIterator")[0].input
	return fmt.Sprint(in["ShardIteratorType"], " ", in["SequenceNumber"]), c.service.Stats()["f"].Invocations
}

func TestStreamPositionsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	l := &log{shard: "shard-1"}
	other := streamARN[:len(streamARN)-1] + "1"
	steps := []struct {
		name, stream, shard string
		records             int
		position            string
		handled             int
		began               string
	}{
		{"first, of an empty stream", streamARN, "shard-1", 0, "LATEST", 0, "LATEST <nil>"},
		{"two came after the first has ended", streamARN, "shard-1", 2, "LATEST", 2, "TRIM_HORIZON <nil>"},
		{"one more came", streamARN, "shard-1", 3, "LATEST", 1, "AFTER_SEQUENCE_NUMBER 2"},
		{"nothing came", streamARN, "shard-1", 3, "LATEST", 0, "AFTER_SEQUENCE_NUMBER 3"},
		{"a new stream", other, "shard-2", 3, "LATEST", 0, "LATEST <nil>"},
		{"one more came in the new one", other, "shard-2", 4, "LATEST", 4, "TRIM_HORIZON <nil>"},
	}
	for _, step := range steps {
		l.set(step.shard, step.records)
		began, batches := l.read(t, dir, step.stream, step.position, step.handled)
		if began != step.began || batches != step.handled {
			t.Errorf("%s: began at %s and handled %d records, want %s and %d", step.name, began, batches, step.began, step.handled)
		}
	}
}
