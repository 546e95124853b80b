package frontdoor_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

// send has the door answer a request with the given headers, "Name: value"
// each; {auth} in one stands for a signature for the named service.
func send(door http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:4566"+target, strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	door.ServeHTTP(w, r)
	return w
}

func signed(service string) string {
	return "Authorization: AWS4-HMAC-SHA256 Credential=AKIAX/20261120/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=00"
}

const (
	getItemTarget = "X-Amz-Target: DynamoDB_20120810.GetItem"
	formType      = "Content-Type: application/x-www-form-urlencoded; charset=utf-8"
)

func TestRequests(t *testing.T) {
	tests := []struct {
		name, method, target, body string
		headers                    []string
		status                     int
		want                       string
	}{
		{"good", "POST", "/", `{"TableName":"t","Key":{"id":{"N":"1"}}}`, []string{signed("dynamodb"), getItemTarget}, 200, `{"Item":{"id":{"N":"1"}}}`},
		{"empty body", "POST", "/", ``, []string{signed("dynamodb"), getItemTarget}, 200, `{}`},
		{"not JSON", "POST", "/", `{"TableName":`, []string{signed("dynamodb"), getItemTarget}, 400, `"__type":"SerializationException"`},
		{"two values", "POST", "/", `{}{}`, []string{signed("dynamodb"), getItemTarget}, 400, `"__type":"SerializationException"`},
		{"another shape", "POST", "/", `{"TableName":7}`, []string{signed("dynamodb"), getItemTarget}, 400, `member TableName: number is given where a string is expected`},
		{"name in another case", "POST", "/", `{"tablename":"t"}`, []string{signed("dynamodb"), getItemTarget}, 400, `member tablename is not supported`},
		{"member twice", "POST", "/", `{"TableName":"a","TableName":"b"}`, []string{signed("dynamodb"), getItemTarget}, 400, `member TableName is given twice`},
		{"too deep", "POST", "/", `{"Key":` + strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000) + `}`, []string{signed("dynamodb"), getItemTarget}, 400, `nested deeper than 200 levels`},
		{"not signed", "POST", "/", `{}`, []string{getItemTarget}, 403, `"__type":"MissingAuthenticationTokenException"`},
		{"half a signature", "POST", "/", `{}`, []string{"Authorization: AWS4-HMAC-SHA256 Credential=AKIAX/20261120", getItemTarget}, 403, `"__type":"MissingAuthenticationTokenException"`},
		{"signed for another service", "POST", "/", `{}`, []string{signed("sqs"), getItemTarget}, 400, `"__type":"UnknownOperationException"`},
		{"unknown target", "POST", "/", `{}`, []string{signed("kinesis"), "X-Amz-Target: Kinesis_20131202.PutRecord"}, 400, `"__type":"UnknownOperationException"`},
		{"target without operation", "POST", "/", `{}`, []string{signed("dynamodb"), "X-Amz-Target: DynamoDB_20120810"}, 400, `"__type":"UnknownOperationException"`},
		{"unknown service", "POST", "/", `{}`, []string{signed("s3")}, 400, `UnknownOperationException`},
		{"unknown path", "POST", "/2015-03-31/layers", `{}`, []string{signed("lambda")}, 400, `UnknownOperationException`},
		{"unclean path", "GET", "//2015-03-31/functions/", ``, []string{signed("lambda")}, 400, `UnknownOperationException`},
		{"parameter twice", "GET", "/2015-03-31/functions/?MaxItems=1&MaxItems=2", ``, []string{signed("lambda")}, 400, `parameter MaxItems is given more than once`},
		{"parameter of another type", "GET", "/2015-03-31/functions/?MaxItems=x", ``, []string{signed("lambda")}, 400, `ValidationException`},
		{"REST not signed", "POST", "/2015-03-31/functions/f/invocations", `{}`, nil, 403, `MissingAuthenticationTokenException`},
		{"query", "POST", "/", `Action=GetCallerIdentity&Version=2011-06-15`, []string{signed("sts"), formType}, 200, `<Account>000000000000</Account>`},
		{"query in the URL", "GET", "/?Action=GetCallerIdentity&Version=2011-06-15", ``, []string{signed("sts")}, 200, `<GetCallerIdentityResult>`},
		{"query not signed", "POST", "/", `Action=GetCallerIdentity`, []string{formType}, 403, `<Code>MissingAuthenticationToken</Code>`},
		{"query that needs no signature", "GET", "/?Action=ConfirmSubscription&Token=x%261", ``, nil, 200, `<SubscriptionArn>confirmed x&amp;1</SubscriptionArn>`},
		{"query of another service", "POST", "/", `Action=CreateTopic&Name=n`, []string{signed("sts"), formType}, 400, `<Code>InvalidAction</Code>`},
		{"query with markup", "POST", "/", `Action=%3Cb%3E`, []string{signed("sts"), formType}, 400, `The action &lt;b&gt; is not valid`},
		{"query that is no form", "POST", "/", `Action=%zz`, []string{signed("sts"), formType}, 400, `<Code>MalformedQueryString</Code>`},
		{"form without action", "POST", "/", `a=b`, []string{signed("sts"), formType}, 400, `<Code>UnknownOperationException</Code>`},
		{"page", "GET", "/", ``, nil, 200, `a page`},
		{"page's head", "HEAD", "/inbox", ``, nil, 200, `a page`},
	}
	door := newDoor(t)
	paged := frontdoor.New(door.Directory(), slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "a page")
	}))
	for _, service := range []frontdoor.Service{fakeDynamoDB(), fakeSTS(), fakeSNS(), fakeLambda(), fakeSQS()} {
		paged.Register(service)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := send(paged, test.method, test.target, test.body, test.headers...)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("got %d %s\nwant %d with %s", w.Code, w.Body, test.status, test.want)
			}
		})
	}
}

func TestBodyOverTheLimit(t *testing.T) {
	door := newDoor(t)
	big := strings.Repeat("x", frontdoor.MaxBody+1)
	w := send(door, "POST", "/", big, signed("dynamodb"), getItemTarget)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), `"__type":"RequestEntityTooLargeException"`) {
		t.Errorf("JSON: got %d %.200s", w.Code, w.Body)
	}
	w = send(door, "POST", "/", big, signed("sns"), formType)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), `<Code>RequestEntityTooLargeException</Code>`) {
		t.Errorf("Query: got %d %.200s", w.Code, w.Body)
	}
}

func TestOrigin(t *testing.T) {
	tests := []struct {
		name, method string
		headers      []string
		allowed      bool
	}{
		{"loopback", "POST", []string{"Host: 127.0.0.1:4566"}, true},
		{"loopback without port", "POST", []string{"Host: 127.0.0.1"}, true},
		{"loopback of IPv6", "POST", []string{"Host: [::1]:4566"}, true},
		{"loopback of IPv6 without port", "POST", []string{"Host: [::1]"}, true},
		{"localhost", "POST", []string{"Host: LocalHost:4566"}, true},
		{"below localhost", "POST", []string{"Host: sqs.us-east-1.localhost:4566"}, true},
		{"allowed host", "POST", []string{"Host: Runner.example:4566"}, true},
		{"rebound name", "POST", []string{"Host: evil.example:4566"}, false},
		{"name that ends alike", "POST", []string{"Host: evillocalhost:4566"}, false},
		{"another address", "POST", []string{"Host: 192.168.0.7:4566"}, false},
		{"no host", "POST", []string{"Host: "}, false},
		{"same origin", "POST", []string{"Origin: http://127.0.0.1:4566"}, true},
		{"another site", "POST", []string{"Origin: https://evil.example"}, false},
		{"another port", "POST", []string{"Origin: http://127.0.0.1:8080"}, false},
		{"hidden origin", "POST", []string{"Origin: null"}, false},
		{"no origin at all", "POST", []string{"Origin: ://"}, false},
		{"image of another site", "GET", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"}, false},
		{"link on another site", "GET", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"}, true},
		{"form of another site", "POST", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"}, false},
		{"own page", "POST", []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"}, true},
	}
	door := newDoor(t)
	door.AllowHost("runner.example")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := send(door, test.method, "/?Action=GetCallerIdentity", "", append(test.headers, signed("sts"))...)
			if want := map[bool]int{true: 200, false: 403}[test.allowed]; w.Code != want {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, want)
			}
		})
	}
}

func TestAnyHostKeepsOtherSitesOut(t *testing.T) {
	door := newDoor(t)
	door.AllowAnyHost()
	for header, want := range map[string]int{"Host: 192.168.0.7:4566": 200, "Origin: https://evil.example": 403} {
		if w := send(door, "POST", "/?Action=GetCallerIdentity", "", header, signed("sts")); w.Code != want {
			t.Errorf("%s: got %d %s, want %d", header, w.Code, w.Body, want)
		}
	}
}

func TestHeadersOfAnswers(t *testing.T) {
	door := newDoor(t)
	w := send(door, "POST", "/", `{}`, signed("dynamodb"), getItemTarget)
	for name, want := range map[string]string{"Content-Type": "application/x-amz-json-1.0", "X-Amz-Crc32": "2745614147", "Content-Length": "2"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if w.Header().Get("x-amzn-RequestId") == "" {
		t.Error("x-amzn-RequestId: got none, want one")
	}
	w = send(door, "POST", "/", `{}`, signed("events"), "X-Amz-Target: AWSEvents.PutEvents")
	if got := w.Header().Get("Content-Type"); got != "application/x-amz-json-1.1" {
		t.Errorf("JSON 1.1: got Content-Type %q", got)
	}
	w = send(door, "POST", "/", `{"QueueUrl":"q"}`, signed("sqs"), "X-Amz-Target: AmazonSQS.PurgeQueue")
	if got, want := w.Header().Get("x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender"; got != want {
		t.Errorf("x-amzn-query-error: got %q, want %q", got, want)
	}
	w = send(door, "POST", "/2015-03-31/functions/missing/invocations", ``, signed("lambda"))
	if got := w.Header().Get("x-amzn-ErrorType"); got != "ResourceNotFoundException" {
		t.Errorf("x-amzn-ErrorType: got %q", got)
	}
}

func TestInternalErrorsAreLogged(t *testing.T) {
	var log bytes.Buffer
	door := frontdoor.New(iam.NewDirectory(doortest.Account), slog.New(slog.NewTextHandler(&log, nil)), http.NotFoundHandler())
	door.Register(fakeDynamoDB())
	send(door, "POST", "/", `{"TableName":"broken"}`, signed("dynamodb"), getItemTarget)
	send(door, "POST", "/", `{"TableName":"panics"}`, signed("dynamodb"), getItemTarget)
	for _, want := range []string{`error="a secret of the disk"`, "operation=GetItem", `cause="an index out of range"`, "fake_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}

func TestRegisterTwice(t *testing.T) {
	sqs, renamed, doubled := fakeSQS(), fakeSQS(), fakeSTS()
	renamed.Name = "sqs2"
	doubled.Operations = append(doubled.Operations, doubled.Operations[0])
	for want, service := range map[string]frontdoor.Service{
		"frontdoor: service sqs registered twice":                     sqs,
		"frontdoor: target prefix AmazonSQS registered twice":         renamed,
		"frontdoor: operation sts.GetCallerIdentity registered twice": doubled,
	} {
		func() {
			door := doortest.NewDoor(t)
			door.Register(fakeSQS())
			defer func() {
				if got := recover(); got != want {
					t.Errorf("got panic %v, want %s", got, want)
				}
			}()
			door.Register(service)
		}()
	}
}

func FuzzServeHTTP(f *testing.F) {
	for _, seed := range []struct{ method, path, body, auth, target, contentType string }{
		{"POST", "/", `{"TableName":"t"}`, signed("dynamodb"), "DynamoDB_20120810.GetItem", "application/x-amz-json-1.0"},
		{"POST", "/", `{"Entries":[{"Time":1.5,"Resources":["a"]}]}`, signed("events"), "AWSEvents.PutEvents", ""},
		{"POST", "/", `Action=Publish&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=String`, signed("sns"), "", "application/x-www-form-urlencoded"},
		{"POST", "/", `Action=CreateStack&Parameters.member.1.ParameterKey=k&Capabilities=`, signed("cloudformation"), "", "application/x-www-form-urlencoded"},
		{"PUT", "/2015-03-31/functions/f/configuration?Qualifier=1", `{"Description":"d"}`, signed("lambda"), "", "application/json"},
		{"GET", "/2015-03-31/functions/?MaxItems=2", ``, signed("lambda"), "", ""},
		{"GET", "/?Action=ConfirmSubscription&Token=t", ``, "", "", ""},
	} {
		f.Add(seed.method, seed.path, seed.body, strings.TrimPrefix(seed.auth, "Authorization: "), seed.target, seed.contentType)
	}
	door := newDoor(f)
	f.Fuzz(func(t *testing.T, method, path, body, auth, target, contentType string) {
		raw := method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
		if strings.ContainsAny(method+path, " \r\n\x00") || strings.HasPrefix(path, "//") {
			return
		}
		r, err := readRequest(raw)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(strings.NewReader(body))
		r.Header.Set("Authorization", auth)
		r.Header.Set("X-Amz-Target", target)
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code >= 500 && !strings.Contains(body, "broken") && !strings.Contains(body, "pani") && !strings.Contains(path, "broken") {
			t.Errorf("%s %s with %q: got %d %s", method, path, body, w.Code, w.Body)
		}
	})
}
