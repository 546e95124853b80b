package lambda_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"eda-demo/local/resource"
)

func mappingProperties(more string) string {
	return fmt.Sprintf(`{"FunctionName":"f","EventSourceArn":%q,"StartingPosition":"LATEST"%s}`, streamARN, more)
}

func (c *cloud) mapping(d resource.Definition) (*sdk.GetEventSourceMappingOutput, error) {
	return c.client.GetEventSourceMapping(c.t.Context(), &sdk.GetEventSourceMappingInput{UUID: aws.String(d.PhysicalID)})
}

func (c *cloud) becomes(d resource.Definition, state string) {
	c.t.Helper()
	eventually(c.t, "the mapping is "+state, func() bool {
		out, err := c.mapping(d)
		return err == nil && *out.State == state
	})
}

func (c *cloud) reads(times int) {
	c.t.Helper()
	eventually(c.t, fmt.Sprintf("the stream is read %d times", times), func() bool { return len(c.calls.of("GetRecords")) >= times })
}

// TestMappingUpdatesKeepThePosition begins at LATEST, after two records, and
// has the mapping configured otherwise, paused and resumed while more come.
func TestMappingUpdatesKeepThePosition(t *testing.T) {
	c := start(t)
	l := &log{shard: "shard-1", count: 2}
	l.register(c)
	c.functionF("")
	handled := func() int { return c.service.Stats()["f"].Invocations }
	d := c.mustCreate(definition("EventSourceMapping", "M", mappingProperties(`,"BatchSize":1`)))
	c.reads(1)
	l.set("shard-1", 3)
	d = c.update(d, mappingProperties(`,"BatchSize":1,"MaximumRetryAttempts":2`))
	eventually(t, "the third record is handled", func() bool { return handled() == 1 })
	if out, err := c.mapping(d); err != nil || *out.MaximumRetryAttempts != 2 {
		t.Errorf("shown as %+v, %v; want 2 attempts", out, err)
	}
	c.becomes(d, "Enabled")
	d = c.update(d, mappingProperties(`,"BatchSize":1,"Enabled":false`))
	c.becomes(d, "Disabled")
	before := c.calls.count()
	l.set("shard-1", 5)
	if out, err := c.mapping(d); err != nil || *out.MaximumRetryAttempts != -1 || c.calls.count() != before {
		t.Errorf("paused: shown as %+v, %v, with %d calls; want unlimited attempts and none", out, err, c.calls.count()-before)
	}
	d = c.update(d, mappingProperties(`,"BatchSize":1`))
	eventually(t, "the fourth and the fifth are handled", func() bool { return handled() == 3 })
	times := len(c.calls.of("GetRecords"))
	d = c.update(d, mappingProperties(`,"BatchSize":2`))
	c.reads(times + 1)
	if n := handled(); n != 3 {
		t.Errorf("%d invocations, want 3: one for each record that came", n)
	}
	c.remove(d)
}

func TestRefusedMappingUpdatesChangeNothing(t *testing.T) {
	c := start(t)
	(&log{shard: "shard-1"}).register(c)
	c.functionF("")
	c.create("Function", functionProperties(`,"FunctionName":"g"`))
	d := c.mustCreate(definition("EventSourceMapping", "M", mappingProperties(`,"BatchSize":7`)))
	c.becomes(d, "Enabled")
	c.create("EventSourceMapping", strings.Replace(mappingProperties(""), `"f"`, `"g"`, 1))
	c.reads(2)
	calls := len(c.calls.of("GetShardIterator"))
	for want, properties := range map[string]string{
		"BatchSize":        mappingProperties(`,"BatchSize":10001`),
		"function:h":       strings.Replace(mappingProperties(""), `"f"`, `"h"`, 1),
		"already exists":   strings.Replace(mappingProperties(""), `"f"`, `"g"`, 1),
		"Queues":           mappingProperties(`,"Queues":["q"]`),
		"neither a queue":  mappingProperties(`,"DestinationConfig":{"OnFailure":{"Destination":"` + busARN + `"}}`),
		"TumblingWindowIn": mappingProperties(`,"TumblingWindowInSeconds":1`),
	} {
		if _, err := c.tryUpdate(d, properties); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
	if out, err := c.mapping(d); err != nil || *out.BatchSize != 7 || *out.State != "Enabled" || len(c.calls.of("GetShardIterator")) != calls {
		t.Errorf("shown as %+v, %v; want it as it was, and still reading", out, err)
	}
}

// TestTheBatchAtWorkComesFirst updates a mapping while the function is at work
// on a batch: nothing is read before it has ended, and it is not handled again.
func TestTheBatchAtWorkComesFirst(t *testing.T) {
	c := start(t)
	(&log{shard: "shard-1", count: 1}).register(c)
	c.functionF(`,"Environment":{"Variables":{"SLEEP":"200ms"}}`)
	properties := strings.Replace(mappingProperties(""), "LATEST", "TRIM_HORIZON", 1)
	d := c.mustCreate(definition("EventSourceMapping", "M", properties))
	eventually(t, "the batch is at work", func() bool { return c.service.Stats()["f"].Invocations == 1 })
	d = c.update(d, strings.Replace(properties, "}", `,"BatchSize":2}`, 1))
	if out, err := c.mapping(d); err != nil || *out.State != "Updating" {
		t.Errorf("shown as %+v, %v; want that it is being updated", out, err)
	}
	times := len(c.calls.of("GetRecords"))
	c.becomes(d, "Enabled")
	c.reads(times + 1)
	in := c.calls.of("GetShardIterator")
	if last := in[len(in)-1].input; len(in) != 2 || last["SequenceNumber"] != "1" {
		t.Errorf("the stream is read again from %v, want after the first record", last)
	}
	if n := c.service.Stats()["f"].Invocations; n != 1 {
		t.Errorf("%d invocations, want 1", n)
	}
}

func TestMappingFollowsItsFunction(t *testing.T) {
	c := start(t)
	l := &log{shard: "shard-1"}
	l.register(c)
	f := c.functionF("")
	c.create("Function", functionProperties(`,"FunctionName":"g"`))
	d := c.mustCreate(definition("EventSourceMapping", "M", mappingProperties("")))
	c.reads(1)
	l.set("shard-1", 1)
	d = c.update(d, strings.Replace(mappingProperties(""), `"f"`, `"g"`, 1))
	eventually(t, "g has handled it", func() bool { return c.service.Stats()["g"].Invocations == 1 })
	if n := c.service.Stats()["f"].Invocations; n != 0 {
		t.Errorf("f was invoked %d times, want 0", n)
	}
	c.update(d, mappingProperties(""))
	c.remove(f)
	c.functionF(`,"Timeout":5`)
	l.set("shard-1", 2)
	d = c.update(d, mappingProperties(`,"BatchSize":2`))
	eventually(t, "the next function of the name has handled the second", func() bool { return c.service.Stats()["f"].Invocations == 1 })
}

// TestDeletedMappingLeavesNothing deletes a mapping while the function is at
// work on a batch.
func TestDeletedMappingLeavesNothing(t *testing.T) {
	c := startLasting(t, t.TempDir())
	l := &log{shard: "shard-1", count: 1}
	l.register(c.cloud)
	properties := strings.Replace(mappingProperties(""), "LATEST", "TRIM_HORIZON", 1)
	d := c.mustCreate(definition("EventSourceMapping", "M", properties))
	eventually(t, "the record is handled", func() bool { return c.service.Stats()["f"].Invocations == 1 })
	if _, err := c.typeOf(d).Create(t.Context(), definition("EventSourceMapping", "M", properties)); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("created again: error %v, want that it exists", err)
	}
	kept := func() int {
		n := 0
		for _, name := range []string{"lambda/positions", "lambda/mappings"} {
			if err := c.kept.Load(name, func(string, []byte) error { n++; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	eventually(t, "the position is kept", func() bool { return kept() == 2 })
	for range 2 {
		c.remove(d)
		if n := kept(); n != 0 {
			t.Errorf("%d keys are left, want none", n)
		}
	}
	if _, err := c.mapping(d); errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("deleted: %v, want that it is not found", err)
	}
	if _, err := c.tryUpdate(d, properties); err == nil {
		t.Error("updated although it is deleted")
	}
	c.mustCreate(definition("EventSourceMapping", "M", properties))
	eventually(t, "the next one begins anew", func() bool { return c.service.Stats()["f"].Invocations == 2 })
}

// TestNewMappingBeginsAnew holds that a mapping does not take up what was kept
// of another one with its UUID, unless it is that one.
func TestNewMappingBeginsAnew(t *testing.T) {
	dir := t.TempDir()
	run := func() string {
		c := startLasting(t, dir)
		l := &log{shard: "shard-1", count: 1}
		l.register(c.cloud)
		d := definition("EventSourceMapping", "M", strings.Replace(mappingProperties(""), "LATEST", "TRIM_HORIZON", 1))
		c.mustCreate(d)
		c.reads(1)
		eventually(t, "the record is handled", func() bool {
			n := 0
			err := c.kept.Load("lambda/positions", func(string, []byte) error { n++; return nil })
			return err == nil && n == 1
		})
		c.kill()
		return fmt.Sprint(c.calls.of("GetShardIterator")[0].input["ShardIteratorType"])
	}
	for i := range 2 {
		if got := run(); got != "TRIM_HORIZON" {
			t.Errorf("run %d: began %s, want TRIM_HORIZON", i, got)
		}
	}
}
