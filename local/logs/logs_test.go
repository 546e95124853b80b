package logs_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/logs"
	"eda-demo/local/store"
)

func start(t testing.TB) (*logs.Service, *frontdoor.Door) {
	t.Helper()
	return open(t, store.Memory())
}

// open starts CloudWatch Logs with what a store has.
func open(t testing.TB, kept *store.Store) (*logs.Service, *frontdoor.Door) {
	t.Helper()
	service, err := logs.New(doortest.Account, doortest.Region, kept)
	check(t, err)
	door := doortest.NewDoor(t)
	for _, api := range service.API() {
		door.Register(api)
	}
	return service, door
}

type client struct {
	*cloudwatchlogs.Client
	t testing.TB
}

func newClient(t testing.TB) (client, *frontdoor.Door) {
	_, door := start(t)
	return client{cloudwatchlogs.NewFromConfig(doortest.Serve(t, door)), t}, door
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return ""
}

// stream creates a group, if needed, and a stream in it.
func (c client) stream(group, stream string) {
	c.t.Helper()
	_, err := c.CreateLogGroup(c.t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group})
	if err != nil && codeOf(err) != "ResourceAlreadyExistsException" {
		c.t.Fatal(err)
	}
	_, err = c.CreateLogStream(c.t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream})
	check(c.t, err)
}

func (c client) put(group, stream string, events ...types.InputLogEvent) (*cloudwatchlogs.PutLogEventsOutput, error) {
	return c.PutLogEvents(c.t.Context(), &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: &group, LogStreamName: &stream, LogEvents: events, SequenceToken: aws.String("ignored"),
	})
}

func at(ago time.Duration, message string) types.InputLogEvent {
	return types.InputLogEvent{Timestamp: aws.Int64(time.Now().Add(-ago).UnixMilli()), Message: &message}
}

func (c client) filter(in cloudwatchlogs.FilterLogEventsInput) []string {
	c.t.Helper()
	var messages []string
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(c, &in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(c.t.Context())
		check(c.t, err)
		for _, e := range page.Events {
			messages = append(messages, *e.Message)
		}
	}
	return messages
}

func wantMessages(t testing.TB, got []string, want string) {
	t.Helper()
	if joined := strings.Join(got, " "); joined != want {
		t.Errorf("messages = %q, want %q", joined, want)
	}
}

func TestFilterLogEvents(t *testing.T) {
	c, _ := newClient(t)
	c.stream("g", "s1")
	c.stream("g", "s2")
	_, err := c.put("g", "s1", at(5*time.Second, "a"), at(3*time.Second, "c"), at(time.Second, "e"))
	check(t, err)
	_, err = c.put("g", "s2", at(4*time.Second, "b"), at(2*time.Second, `{"n":1}`))
	check(t, err)
	group := aws.String("g")
	arn := aws.String("arn:aws:logs:us-east-1:000000000000:log-group:g")
	ago := func(d time.Duration) *int64 { return aws.Int64(time.Now().Add(-d).UnixMilli()) }
	tests := map[string]struct {
		in   cloudwatchlogs.FilterLogEventsInput
		want string
	}{
		"everything in order":   {cloudwatchlogs.FilterLogEventsInput{LogGroupName: group}, `a b c {"n":1} e`},
		"by ARN, page by page":  {cloudwatchlogs.FilterLogEventsInput{LogGroupIdentifier: arn, Limit: aws.Int32(2)}, `a b c {"n":1} e`},
		"newest first, by page": {cloudwatchlogs.FilterLogEventsInput{LogGroupName: group, Limit: aws.Int32(2), StartFromHead: aws.Bool(false)}, `e {"n":1} c b a`},
		"time range":            {cloudwatchlogs.FilterLogEventsInput{LogGroupName: group, StartTime: ago(4500 * time.Millisecond), EndTime: ago(2500 * time.Millisecond)}, "b c"},
		"stream names":          {cloudwatchlogs.FilterLogEventsInput{LogGroupName: group, LogStreamNames: []string{"s2"}}, `b {"n":1}`},
		"stream prefix":         {cloudwatchlogs.FilterLogEventsInput{LogGroupName: group, LogStreamNamePrefix: aws.String("s1")}, "a c e"},
		"pattern":               {cloudwatchlogs.FilterLogEventsInput{LogGroupName: group, FilterPattern: aws.String("{ $.n > 0 }")}, `{"n":1}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { wantMessages(t, c.filter(test.in), test.want) })
	}
}

func TestGetLogEventsGoesBothWays(t *testing.T) {
	c, _ := newClient(t)
	c.stream("g", "s")
	_, err := c.put("g", "s", at(3*time.Second, "a"), at(2*time.Second, "b"), at(time.Second, "c"))
	check(t, err)
	get := func(token *string, fromHead bool) (*cloudwatchlogs.GetLogEventsOutput, []string) {
		out, err := c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), Limit: aws.Int32(2), NextToken: token, StartFromHead: aws.Bool(fromHead),
		})
		check(t, err)
		var messages []string
		for _, e := range out.Events {
			messages = append(messages, *e.Message)
		}
		return out, messages
	}
	latest, messages := get(nil, false)
	wantMessages(t, messages, "b c")
	earlier, messages := get(latest.NextBackwardToken, false)
	wantMessages(t, messages, "a")
	end, messages := get(earlier.NextBackwardToken, false)
	wantMessages(t, messages, "")
	if *end.NextBackwardToken != *earlier.NextBackwardToken {
		t.Errorf("token at the beginning = %s, want the one given, %s", *end.NextBackwardToken, *earlier.NextBackwardToken)
	}
	first, messages := get(nil, true)
	wantMessages(t, messages, "a b")
	second, messages := get(first.NextForwardToken, true)
	wantMessages(t, messages, "c")
	last, _ := get(second.NextForwardToken, true)
	if *last.NextForwardToken != *second.NextForwardToken {
		t.Errorf("token at the end = %s, want the one given, %s", *last.NextForwardToken, *second.NextForwardToken)
	}
	_, err = c.put("g", "s", at(0, "d"))
	check(t, err)
	_, messages = get(last.NextForwardToken, true)
	wantMessages(t, messages, "d")
}

func TestGetLogEventsEndTimeIsExcluded(t *testing.T) {
	c, _ := newClient(t)
	c.stream("g", "s")
	early, late := at(2*time.Second, "early"), at(time.Second, "late")
	_, err := c.put("g", "s", early, late)
	check(t, err)
	for name, test := range map[string]struct {
		start, end *int64
		want       int
	}{
		"from the first":   {early.Timestamp, nil, 2},
		"to the last":      {nil, late.Timestamp, 1},
		"after the last":   {nil, aws.Int64(*late.Timestamp + 1), 2},
		"between the two":  {aws.Int64(*early.Timestamp + 1), late.Timestamp, 0},
		"the last one on":  {late.Timestamp, nil, 1},
		"start after end":  {late.Timestamp, early.Timestamp, 0},
		"without a bound":  {nil, nil, 2},
		"before the first": {nil, early.Timestamp, 0},
	} {
		out, err := c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), StartTime: test.start, EndTime: test.end,
		})
		check(t, err)
		if got := len(out.Events); got != test.want {
			t.Errorf("%s: %d events, want %d", name, got, test.want)
		}
	}
}

func TestPutLogEventsLimits(t *testing.T) {
	c, _ := newClient(t)
	c.stream("g", "s")
	many := make([]types.InputLogEvent, 10001)
	for i := range many {
		many[i] = at(0, "x")
	}
	tests := map[string]struct {
		group, stream string
		events        []types.InputLogEvent
		want          string
	}{
		"no such group":     {"none", "s", []types.InputLogEvent{at(0, "x")}, "ResourceNotFoundException"},
		"no such stream":    {"g", "none", []types.InputLogEvent{at(0, "x")}, "ResourceNotFoundException"},
		"no events":         {"g", "s", []types.InputLogEvent{}, "InvalidParameterException"},
		"too many":          {"g", "s", many, "InvalidParameterException"},
		"out of order":      {"g", "s", []types.InputLogEvent{at(0, "x"), at(time.Minute, "y")}, "InvalidParameterException"},
		"over 24 hours":     {"g", "s", []types.InputLogEvent{at(25*time.Hour, "x"), at(0, "y")}, "InvalidParameterException"},
		"empty message":     {"g", "s", []types.InputLogEvent{at(0, "")}, "InvalidParameterException"},
		"one byte too many": {"g", "s", []types.InputLogEvent{at(0, strings.Repeat("x", 1<<20-25))}, "InvalidParameterException"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := c.put(test.group, test.stream, test.events...); codeOf(err) != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	_, err := c.put("g", "s", at(0, strings.Repeat("x", 1<<20-26)))
	check(t, err)
}

func TestEventsTooOldOrTooNewAreRejectedAlone(t *testing.T) {
	c, _ := newClient(t)
	c.stream("g", "s")
	out, err := c.put("g", "s", at(15*24*time.Hour, "old"), at(0, "now"), at(-3*time.Hour, "new"))
	check(t, err)
	info := out.RejectedLogEventsInfo
	if info == nil || aws.ToInt32(info.TooOldLogEventEndIndex) != 1 || aws.ToInt32(info.TooNewLogEventStartIndex) != 2 || info.ExpiredLogEventEndIndex != nil {
		t.Errorf("rejected = %+v, want too old before 1, too new from 2", info)
	}
	wantMessages(t, c.filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g")}), "now")
}

func TestRefusals(t *testing.T) {
	c, _ := newClient(t)
	c.stream("g", "s")
	ctx := t.Context()
	filter := func(in cloudwatchlogs.FilterLogEventsInput) error {
		_, err := c.FilterLogEvents(ctx, &in)
		return err
	}
	tests := map[string]struct {
		err  error
		want string
	}{
		"unknown group":      {filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("none")}), "ResourceNotFoundException"},
		"unknown stream":     {filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g"), LogStreamNames: []string{"none"}}), "ResourceNotFoundException"},
		"both group members": {filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g"), LogGroupIdentifier: aws.String("g")}), "InvalidParameterException"},
		"no group":           {filter(cloudwatchlogs.FilterLogEventsInput{}), "InvalidParameterException"},
		"pattern":            {filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g"), FilterPattern: aws.String("%x%")}), "InvalidParameterException"},
		"token":              {filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g"), NextToken: aws.String("x")}), "InvalidParameterException"},
		"limit":              {filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g"), Limit: aws.Int32(10001)}), "InvalidParameterException"},
	}
	_, err := c.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String("g"), RetentionInDays: aws.Int32(2)})
	tests["retention"] = struct {
		err  error
		want string
	}{err, "InvalidParameterException"}
	_, err = c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("a b")})
	tests["group name"] = struct {
		err  error
		want string
	}{err, "InvalidParameterException"}
	for name, test := range tests {
		if codeOf(test.err) != test.want {
			t.Errorf("%s: got %v, want %s", name, test.err, test.want)
		}
	}
	var typed *types.ResourceNotFoundException
	if !errors.As(tests["unknown group"].err, &typed) {
		t.Errorf("unknown group: got %T, want a ResourceNotFoundException", tests["unknown group"].err)
	}
}

func TestDescribe(t *testing.T) {
	c, _ := newClient(t)
	c.stream("/app/a", "s1")
	c.stream("/app/a", "s2")
	c.stream("/app/b", "s")
	_, err := c.put("/app/a", "s1", at(time.Second, "x"))
	check(t, err)
	groups, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/app/"), Limit: aws.Int32(1)})
	check(t, err)
	if len(groups.LogGroups) != 1 || *groups.LogGroups[0].Arn != "arn:aws:logs:us-east-1:000000000000:log-group:/app/a:*" || groups.NextToken == nil {
		t.Errorf("groups = %+v, want /app/a and a token", groups.LogGroups)
	}
	rest, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/app/"), Limit: aws.Int32(1), NextToken: groups.NextToken})
	check(t, err)
	if len(rest.LogGroups) != 1 || *rest.LogGroups[0].LogGroupName != "/app/b" || rest.NextToken != nil {
		t.Errorf("second page = %+v, want /app/b alone", rest.LogGroups)
	}
	streams, err := c.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("/app/a"), OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)})
	check(t, err)
	if len(streams.LogStreams) != 2 || *streams.LogStreams[0].LogStreamName != "s1" || streams.LogStreams[0].LastEventTimestamp == nil || streams.LogStreams[1].LastEventTimestamp != nil {
		t.Errorf("streams = %+v, want s1 with a last event, then s2", streams.LogStreams)
	}
	_, err = c.DeleteLogStream(t.Context(), &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String("/app/a"), LogStreamName: aws.String("s1")})
	check(t, err)
	wantMessages(t, c.filter(cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/app/a")}), "")
}

func TestResourcePolicyDecidesForServices(t *testing.T) {
	c, door := newClient(t)
	c.stream("g", "s")
	write := func(service string) string {
		return frontdoor.Code(door.Call(t.Context(), iam.Service(service, doortest.Account, "arn:aws:events:us-east-1:000000000000:rule/r"), "logs", "PutLogEvents",
			&logs.PutLogEventsInput{LogGroupName: "g", LogStreamName: "s", LogEvents: []logs.InputLogEvent{{Timestamp: time.Now().UnixMilli(), Message: "x"}}}, nil))
	}
	if got := write("events.amazonaws.com"); got != "AccessDeniedException" {
		t.Errorf("without a policy: code %q, want AccessDeniedException", got)
	}
	_, err := c.PutResourcePolicy(t.Context(), &cloudwatchlogs.PutResourcePolicyInput{PolicyName: aws.String("p"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{
		"Effect":"Allow","Principal":{"Service":["events.amazonaws.com","delivery.logs.amazonaws.com"]},
		"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-east-1:000000000000:log-group:g:*"}]}`)})
	check(t, err)
	if got := write("delivery.logs.amazonaws.com"); got != "" {
		t.Errorf("with a policy: code %q, want no error", got)
	}
	if got := write("sns.amazonaws.com"); got != "AccessDeniedException" {
		t.Errorf("another service: code %q, want AccessDeniedException", got)
	}
	policies, err := c.DescribeResourcePolicies(t.Context(), &cloudwatchlogs.DescribeResourcePoliciesInput{})
	check(t, err)
	if len(policies.ResourcePolicies) != 1 || *policies.ResourcePolicies[0].PolicyName != "p" {
		t.Errorf("policies = %+v, want p", policies.ResourcePolicies)
	}
	_, err = c.DeleteResourcePolicy(t.Context(), &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: aws.String("p")})
	check(t, err)
	if got := write("events.amazonaws.com"); got != "AccessDeniedException" {
		t.Errorf("after deletion: code %q, want AccessDeniedException", got)
	}
}

func TestRoleNeedsPermission(t *testing.T) {
	_, door := start(t)
	cfg := doortest.Serve(t, door)
	client{cloudwatchlogs.NewFromConfig(cfg), t}.stream("g", "s")
	writer := client{cloudwatchlogs.NewFromConfig(doortest.AsRole(t, door, cfg, "writer",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-east-1:000000000000:log-group:g:*"}}`)), t}
	_, err := writer.put("g", "s", at(0, "x"))
	check(t, err)
	_, err = writer.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("g")})
	var typed *types.AccessDeniedException
	if !errors.As(err, &typed) {
		t.Errorf("reading: got %v, want an AccessDeniedException", err)
	}
}
