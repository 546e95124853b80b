package price

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func near(got, want float64) bool { return math.Abs(got-want) < 1e-9*max(1, math.Abs(want)) }

func lineOf(t *testing.T, lines []Line, what string) Line {
	t.Helper()
	for _, line := range lines {
		if line.What == what {
			return line
		}
	}
	t.Fatalf("no line for %s in %+v", what, lines)
	return Line{}
}

// The expected amounts are worked out by hand from the price lists.
func TestCost(t *testing.T) {
	arm := Function{MemoryMB: 1024, ARM: true}
	tests := map[string]struct {
		design Design
		usage  Usage
		what   string
		want   float64
	}{
		"a request of an HTTP API each":          {Design{}, Usage{Requests: 1}, "requests", 1},
		"a request of a REST API each":           {Design{REST: true}, Usage{Requests: 1}, "requests", 3.5},
		"three events":                           {Design{}, Usage{Events: 3}, "events", 3},
		"three states":                           {Design{}, Usage{States: 3, Executions: 1}, "state transitions", 75},
		"three states, express":                  {Design{Express: true}, Usage{States: 3, Executions: 1}, "state transitions", 0},
		"an execution, standard":                 {Design{}, Usage{States: 3, Executions: 1}, "express executions", 0},
		"an execution, express":                  {Design{Express: true}, Usage{Executions: 1}, "express executions", 1},
		"its shortest duration: 1/160 GB-s":      {Design{Express: true}, Usage{Executions: 1, ExecutionMs: 1}, "express GB-seconds", 0.1041875},
		"110 ms on AWS are two steps":            {Design{Express: true}, Usage{Executions: 1, ExecutionMs: 11}, "express GB-seconds", 0.208375},
		"eight writes":                           {Design{}, Usage{WriteUnits: 8}, "write units", 5},
		"two reads":                              {Design{}, Usage{ReadUnits: 2}, "read units", 0.25},
		"three mails":                            {Design{}, Usage{Mails: 3}, "mails", 60},
		"three publications":                     {Design{}, Usage{Publications: 3}, "publications", 1.5},
		"two calls of queues":                    {Design{}, Usage{QueueCalls: 2}, "calls", 0.8},
		"2 KB of logs are 2 GB for a million":    {Design{}, Usage{LogBytes: 2000}, "KB of logs", 1},
		"1 KB archived once":                     {Design{Archives: 1}, Usage{EventBytes: 1000}, "KB archived", 0.1},
		"nothing is archived without an archive": {Design{}, Usage{EventBytes: 1000}, "KB archived", 0},
		"a trace":                                {Design{}, Usage{Traces: 1}, "traces", 5},
		"two invocations": {Design{Functions: map[string]Function{"f": arm}},
			Usage{Invocations: map[string]Invocations{"f": {2, 1}}}, "invocations", 0.4},
		"two invocations of 1 GB for the least time, 20 ms together": {Design{Functions: map[string]Function{"f": arm}},
			Usage{Invocations: map[string]Invocations{"f": {2, 1}}}, "GB-seconds", 0.266668},
		"100 ms here are 100 ms with more than a processor": {Design{Functions: map[string]Function{"f": {MemoryMB: 2048}}},
			Usage{Invocations: map[string]Invocations{"f": {1, 100}}}, "GB-seconds", 3.33334},
		"10 ms here are 139 ms with 128 MB: 139/8000 GB-s": {Design{Functions: map[string]Function{"f": {MemoryMB: 128}}},
			Usage{Invocations: map[string]Invocations{"f": {1, 10}}}, "GB-seconds", 0.2895839125},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lines, err := test.design.Cost(test.usage)
			if err != nil {
				t.Fatal(err)
			}
			if got := lineOf(t, lines, test.what).USD; !near(got, test.want) {
				t.Errorf("a million orders cost USD %v, want %v", got, test.want)
			}
			if got := Total(lines); got < test.want-1e-9 {
				t.Errorf("the total is USD %v, want at least %v", got, test.want)
			}
		})
	}
}

func TestCostRefusesUnknownFunctions(t *testing.T) {
	_, err := Design{}.Cost(Usage{Invocations: map[string]Invocations{"g": {1, 1}}})
	if err == nil || !strings.Contains(err.Error(), "function g") {
		t.Errorf("the error is %v, want it to name function g", err)
	}
}

const small = `{"Resources":{
	"Api":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP"}},
	"Table":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"orders","BillingMode":"PAY_PER_REQUEST",
		"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}},
	"F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"f","MemorySize":256,"Architectures":["arm64"],"TracingConfig":{"Mode":"Active"}}},
	"G":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"g"}},
	"Live":{"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":{"Ref":"F"}}},
	"Stream":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":{"Ref":"Live"}}},
	"Logs":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":"l","RetentionInDays":7}},
	"Machine":{"Type":"AWS::StepFunctions::StateMachine","Properties":{"StateMachineType":"EXPRESS"}},
	"Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"eda-demo"}},
	"Archive":{"Type":"AWS::Events::Archive","Properties":{"SourceArn":{"Fn::GetAtt":["Bus","Arn"]},"RetentionDays":15}},
	"Another":{"Type":"AWS::Events::EventBus","Properties":{"Name":"another"}},
	"Foreign":{"Type":"AWS::Events::Archive","Properties":{"SourceArn":{"Fn::GetAtt":["Another","Arn"]}}},
	"Topic":{"Type":"AWS::SNS::Topic","Properties":{"KmsMasterKeyId":"alias/aws/sns"}},
	"Plain":{"Type":"AWS::CloudWatch::Alarm","Properties":{"MetricName":"m"}},
	"Ratio":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Metrics":[{"Expression":"a/b"},{"MetricStat":{}},{"MetricStat":{}}]}},
	"Fast":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Period":10}},
	"Both":{"Type":"AWS::CloudWatch::CompositeAlarm"},
	"Board":{"Type":"AWS::CloudWatch::Dashboard"}
}}`

func TestRead(t *testing.T) {
	d, err := Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if f := d.Functions["f"]; f != (Function{MemoryMB: 256, ARM: true, Traced: true, Streamed: true}) {
		t.Errorf("function f is %+v, want 256 MB, arm64, traced and fed by the stream", f)
	}
	if g := d.Functions["g"]; g != (Function{MemoryMB: 128}) {
		t.Errorf("function g is %+v, want what Lambda gives it: 128 MB, x86", g)
	}
	if !d.Express || d.REST || d.Archives != 1 || d.ArchiveMonths != 0.5 || d.LogDays != 7 || !d.Recoverable || d.EncryptedTopics != 1 || d.Dashboards != 1 {
		t.Errorf("the design is %+v", d)
	}
	// One metric, two metrics, one looked at every ten seconds, and a composite.
	if want := 0.1 + 0.2 + 0.3 + 0.5; d.AlarmMetrics != 4 || !near(d.AlarmUSD, want) {
		t.Errorf("alarms look at %v metrics for USD %v, want 4 for %v", d.AlarmMetrics, d.AlarmUSD, want)
	}
}

func TestMonthly(t *testing.T) {
	d, err := Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		"alarms, by metric":                          1.1,
		"dashboards":                                 3,
		"custom metrics":                             0.6,
		"keys in KMS":                                0,
		"calls of KMS":                               0.05184, // 17,280
		"GB of a million orders in tables":           0.45,    // 1 GB, recoverable
		"GB of their logs, while kept":               0.014,   // 2 GB for 7 of 30 days
		"GB of their events in archives, while kept": 0.0345,  // 3 GB for half a month
	}
	for _, line := range d.Monthly(Usage{Stored: 1000, LogBytes: 2000, EventBytes: 3000}, 2) {
		if !near(line.USD, want[line.What]) {
			t.Errorf("%s cost USD %v a month, want %v", line.What, line.USD, want[line.What])
		}
		delete(want, line.What)
	}
	if len(want) > 0 {
		t.Errorf("no line for %v", want)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]struct{ resource, says string }{
		"a type without a price":       {`{"Type":"AWS::RDS::DBInstance"}`, "price resource X: what AWS::RDS::DBInstance costs is not known"},
		"provisioned capacity":         {`{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"t","BillingMode":"PROVISIONED"}}`, "BillingMode PROVISIONED is not modelled"},
		"the same by default":          {`{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"t"}}`, "without BillingMode is not modelled"},
		"an index":                     {`{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"t","BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[]}}`, "GlobalSecondaryIndexes"},
		"processes kept ready":         {`{"Type":"AWS::Lambda::Alias","Properties":{"ProvisionedConcurrencyConfig":{}}}`, "ProvisionedConcurrencyConfig"},
		"a WebSocket API":              {`{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"WEBSOCKET"}}`, "ProtocolType WEBSOCKET"},
		"a function without a name":    {`{"Type":"AWS::Lambda::Function"}`, "property FunctionName is no text"},
		"an archive of somewhere else": {`{"Type":"AWS::Events::Archive","Properties":{"SourceArn":"b"}}`, "refers to no bus"},
		"a stream to somewhere else":   {`{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":"f"}}`, "refers to no function"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(`{"Resources":{"X":` + test.resource + `}}`))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v, want it to say %q", err, test.says)
			}
		})
	}
	if _, err := Read([]byte(`{`)); err == nil {
		t.Error("half a template is read without an error")
	}
}

// The app's template is in the tests of it: every resource of it has a price or
// is known to have none.
func TestReadsTheApp(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "test", "template", "testdata", "EdaDemo.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range d.Functions {
		if !f.ARM || f.MemoryMB == 0 {
			t.Errorf("function %s is %+v, want memory and arm64", name, f)
		}
	}
	if d.Archives != 1 || d.Express || len(d.Functions) < 5 || len(d.Tables) < 2 || len(d.LogGroups) < 6 || d.AlarmMetrics == 0 || !d.Functions[publisher].Streamed {
		t.Errorf("the design is %+v, want the app's", d)
	}
}

// The original demo uses what its description says: five invocations, two
// writes, three events, three states.
func TestOriginal(t *testing.T) {
	counted := Usage{
		Requests: 1, Events: 3, EventBytes: 1800, States: 3, Executions: 1, WriteUnits: 8, Publications: 3, Mails: 3, LogBytes: 9000, Traces: 3,
		Invocations: map[string]Invocations{createOrder: {1, 1}, updateOrder: {1, 1}, notification: {3, 2}, publisher: {2, 1}, "other": {1, 1}},
	}
	d, u, assumptions := Original(counted)
	lines, err := d.Cost(u)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		"requests": 3.5, "invocations": 1, "write units": 1.25, "events": 3, "state transitions": 75, "mails": 60, "publications": 1.5,
		"KB of logs": 1.725, "traces": 0, "KB archived": 0, "express executions": 0,
		"GB-seconds": 5 * 0.028 * 0.125 * 1e6 * 0.0000166667, // 2 ms here are 28 ms there, five times
	}
	for what, usd := range want {
		if got := lineOf(t, lines, what).USD; !near(got, usd) {
			t.Errorf("%s cost USD %v, want %v", what, got, usd)
		}
	}
	if len(assumptions) == 0 {
		t.Error("nothing says what is assumed")
	}
}
