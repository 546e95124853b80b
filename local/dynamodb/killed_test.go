package dynamodb_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// writers is how many goroutines write in the process that is killed.
const writers = 3

// TestKilledProcessKeepsWhatItAnswered kills a process that makes transactions over two tables. Each transaction counts
// a writer's counter up in both, so that they always agree, and their streams have a record for each step.
func TestKilledProcessKeepsWhatItAnswered(t *testing.T) {
	if dir := os.Getenv("DYNAMODB_TEST_WRITER"); dir != "" {
		count(t, dir)
		return
	}
	dir := t.TempDir()
	for round := range 3 {
		answered := killWriter(t, dir)
		kept := openStore(t, dir)
		_, c := newCallerOn(t, kept)
		total := 0
		for writer := range writers {
			left, right := c.counter("left", writer), c.counter("right", writer)
			if left != right || left < answered[writer] {
				t.Errorf("round %d: writer %d was answered %d, the tables have %d and %d", round, writer, answered[writer], left, right)
			}
			total += left
		}
		for _, name := range []string{"left", "right"} {
			if got := c.lastSequence(name); got != total || total == 0 {
				t.Errorf("round %d: the stream of %s ends with record %d, want %d", round, name, got, total)
			}
		}
		kept.Close()
	}
}

// killWriter runs a process on dir, kills it, and returns what each writer in it was answered last.
func killWriter(t *testing.T, dir string) map[int]int {
	t.Helper()
	process := exec.Command(os.Args[0], "-test.run=^TestKilledProcessKeepsWhatItAnswered$", "-test.v")
	process.Env = append(os.Environ(), "DYNAMODB_TEST_WRITER="+dir)
	out, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	answered := map[int]int{}
	answers := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var writer, n int
		if _, err := fmt.Sscanf(lines.Text(), "answered %d %d", &writer, &n); err != nil {
			continue
		}
		answered[writer] = n
		if answers++; answers == 100 {
			if err := process.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := process.Wait(); err == nil || answers < 100 {
		t.Fatalf("the process ended with %v after %d answers, want it to be killed after 100", err, answers)
	}
	return answered
}

// count is the process that is killed.
func count(t *testing.T, dir string) {
	_, c := newCallerOn(t, openStore(t, dir))
	for _, name := range []string{"left", "right"} {
		if strings.Contains(c.must("dynamodb", "ListTables", `{}`), name) {
			continue
		}
		c.must("dynamodb", "CreateTable", fmt.Sprintf(`{"TableName":%q,"BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
			"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`, name))
	}
	var running sync.WaitGroup
	for writer := range writers {
		running.Go(func() {
			step := func(name string) string {
				return fmt.Sprintf(`{"Update":{"TableName":%q,"Key":{"id":{"N":"%d"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}`, name, writer)
			}
			for n := c.counter("left", writer) + 1; n < 1_000_000; n++ {
				if _, err := c.call("dynamodb", "TransactWriteItems", fmt.Sprintf(`{"TransactItems":[%s,%s]}`, step("left"), step("right"))); err != nil {
					fmt.Println(err)
					return
				}
				fmt.Println("answered", writer, n)
			}
		})
	}
	running.Wait()
}

func (c caller) counter(name string, writer int) int {
	c.Helper()
	var out struct {
		Item struct{ N struct{ N string } }
	}
	c.decode(c.must("dynamodb", "GetItem", fmt.Sprintf(`{"TableName":%q,"Key":{"id":{"N":"%d"}}}`, name, writer)), &out)
	n, err := strconv.Atoi(out.Item.N.N)
	if err != nil && out.Item.N.N != "" {
		c.Error(err)
	}
	return n
}

// lastSequence reads a table's stream to its end and returns the last sequence number, checking that none is missing.
func (c caller) lastSequence(name string) int {
	c.Helper()
	var described struct {
		Table struct{ LatestStreamArn string }
	}
	c.decode(c.must("dynamodb", "DescribeTable", fmt.Sprintf(`{"TableName":%q}`, name)), &described)
	last := 0
	for at := c.iteratorOf(described.Table.LatestStreamArn); ; {
		var out struct {
			Records []struct {
				Dynamodb struct{ SequenceNumber string }
			}
			NextShardIterator string
		}
		c.decode(c.must("dynamodbstreams", "GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, at)), &out)
		if len(out.Records) == 0 {
			return last
		}
		for _, r := range out.Records {
			if last++; r.Dynamodb.SequenceNumber != fmt.Sprintf("1%020d", last) {
				c.Fatalf("record %d of %s has sequence number %s", last, name, r.Dynamodb.SequenceNumber)
			}
		}
		at = out.NextShardIterator
	}
}
