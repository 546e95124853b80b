package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/lambda"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// programDir is the folder of the compiled test program.
var programDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "lambda-test")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	programDir = dir
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, "bootstrap"), "./sandbox/testdata/program")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Printf("build the test program: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const roleARN = "arn:aws:iam::000000000000:role/worker"

// cloud is Lambda behind a front door, with stand-ins for what it calls.
type cloud struct {
	t        testing.TB
	door     *frontdoor.Door
	service  *lambda.Service
	config   aws.Config
	client   *sdk.Client
	calls    *calls
	queue    *delivery.Queue
	bucket   *bucket
	programs string     // folder of unpacked archives
	worker   aws.Config // of a client in the role
	stopped  sync.Once
	count    int
}

const workerPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",
	"Action":["logs:CreateLogStream","logs:PutLogEvents","sqs:*","sns:Publish","events:PutEvents","dynamodb:*","xray:PutTraceSegments"]}}`

func start(t testing.TB) *cloud { return startWith(t, workerPolicy) }

func startWith(t testing.TB, policy string) *cloud { return startOn(t, policy, store.Memory()) }

func startOn(t testing.TB, policy string, kept *store.Store) *cloud {
	t.Helper()
	door := doortest.NewDoor(t)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	queue := delivery.New(log, 0.0001, kept) // a minute is 6 ms
	config := doortest.Serve(t, door)
	c := &cloud{t: t, door: door, config: config, client: sdk.NewFromConfig(config), calls: &calls{}, queue: queue, bucket: &bucket{paths: map[string]string{}}, programs: t.TempDir()}
	c.registerStandIns()
	c.worker = doortest.AsRole(t, door, config, "worker", policy)
	service, err := lambda.New(lambda.Config{
		Account: doortest.Account, Region: doortest.Region, Door: door, Queue: queue, Log: log,
		Code: c.bucket, Programs: c.programs, Streams: c, Store: kept, Endpoint: *config.BaseEndpoint, MaxProcesses: 4, RetryScale: 0.01,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.service = service
	for _, api := range service.API() {
		door.Register(api)
	}
	t.Cleanup(c.stop)
	return c
}

func (c *cloud) stop() {
	c.stopped.Do(func() {
		c.queue.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := c.service.Close(ctx); err != nil {
			c.t.Error(err)
		}
	})
}

// StreamChanged implements lambda.Streams for tests without streams.
func (c *cloud) StreamChanged(string) <-chan struct{} { return nil }

func (c *cloud) registerStandIns() {
	for service, operations := range map[string][]string{
		"logs": {"CreateLogStream", "PutLogEvents"}, "sqs": {"SendMessage"}, "sns": {"Publish"}, "events": {"PutEvents"},
	} {
		s := frontdoor.Service{Name: service}
		for _, name := range operations {
			s.Operations = append(s.Operations, c.calls.operation(service, name, nil))
		}
		c.door.Register(s)
	}
}

func definition(kind, logicalID, properties string) resource.Definition {
	return resource.Definition{
		LogicalID: logicalID, Type: "AWS::Lambda::" + kind, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	}
}

func (c *cloud) typeOf(d resource.Definition) resource.Type { return c.service.Resources()[d.Type] }

// mustCreate creates a resource and returns its definition as it is applied.
func (c *cloud) mustCreate(d resource.Definition) resource.Definition {
	c.t.Helper()
	instance, err := c.typeOf(d).Create(c.t.Context(), d)
	if err != nil {
		c.t.Fatalf("create %s: %v", d.LogicalID, err)
	}
	d.PhysicalID = instance.ID
	return d
}

// tryUpdate gives a resource other properties.
func (c *cloud) tryUpdate(d resource.Definition, properties string) (resource.Definition, error) {
	c.t.Helper()
	next := d
	next.Properties = json.RawMessage(properties)
	instance, err := c.typeOf(d).Update(c.t.Context(), d, next)
	if err != nil {
		return d, err
	}
	if instance.ID != d.PhysicalID {
		c.t.Errorf("%s is %s after the update, want %s still", d.LogicalID, instance.ID, d.PhysicalID)
	}
	return next, nil
}

func (c *cloud) update(d resource.Definition, properties string) resource.Definition {
	c.t.Helper()
	next, err := c.tryUpdate(d, properties)
	if err != nil {
		c.t.Fatalf("update %s: %v", d.LogicalID, err)
	}
	return next
}

func (c *cloud) remove(d resource.Definition) {
	c.t.Helper()
	if err := c.typeOf(d).Delete(c.t.Context(), d); err != nil {
		c.t.Errorf("delete %s: %v", d.LogicalID, err)
	}
}

func (c *cloud) tryCreate(kind, properties string) (resource.Instance, error) {
	c.count++
	d := definition(kind, fmt.Sprint(kind, c.count), properties)
	return c.typeOf(d).Create(c.t.Context(), d)
}

func (c *cloud) create(kind, properties string) resource.Instance {
	c.t.Helper()
	instance, err := c.tryCreate(kind, properties)
	if err != nil {
		c.t.Fatalf("create %s: %v", kind, err)
	}
	return instance
}

func functionProperties(more string) string {
	architecture := runtime.GOARCH
	if architecture == "amd64" {
		architecture = "x86_64"
	}
	return `{"Runtime":"provided.al2023","Handler":"bootstrap","Role":"` + roleARN + `","Architectures":["` + architecture + `"],
		"Code":{"S3Bucket":"b","S3Key":"k"}` + more + `}`
}

// function creates the function "f".
func (c *cloud) function(more string) {
	c.t.Helper()
	c.create("Function", functionProperties(`,"FunctionName":"f"`+more))
}

func (c *cloud) invoke(payload string) *sdk.InvokeOutput {
	c.t.Helper()
	out, err := c.client.Invoke(c.t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(payload)})
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 5 s it is not so that %s", what)
		}
	}
}

func contains(text string, parts ...string) error {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return fmt.Errorf("%s lacks %q", text, part)
		}
	}
	return nil
}
