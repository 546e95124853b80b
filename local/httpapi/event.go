package httpapi

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// event is the payload that a function gets: format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type event struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        requestContext    `json:"requestContext"`
	PathParameters        map[string]string `json:"pathParameters,omitempty"`
	StageVariables        map[string]string `json:"stageVariables,omitempty"`
	Body                  string            `json:"body,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string             `json:"accountId"`
	APIID        string             `json:"apiId"`
	Authorizer   *authorizerContext `json:"authorizer,omitempty"`
	DomainName   string             `json:"domainName"`
	DomainPrefix string             `json:"domainPrefix"`
	HTTP         httpContext        `json:"http"`
	RequestID    string             `json:"requestId"`
	RouteKey     string             `json:"routeKey"`
	Stage        string             `json:"stage"`
	Time         string             `json:"time"`
	TimeEpoch    int64              `json:"timeEpoch"` // milliseconds
}

type httpContext struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// commonLogTime is the time format of the Common Log Format.
const commonLogTime = "02/Jan/2006:15:04:05 -0700"

func (x *exchange) event() event {
	r := x.request
	e := event{
		Version: "2.0", RouteKey: x.route.key, RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery,
		Cookies: cookies(r.Header), Headers: x.headers(), QueryStringParameters: queryParameters(r.URL.RawQuery),
		PathParameters: x.path, StageVariables: x.stage.variables,
		RequestContext: requestContext{
			AccountID: x.api.service.config.Account, APIID: x.api.id, Authorizer: x.caller, DomainName: domain(r.Host), DomainPrefix: x.api.id,
			HTTP:      httpContext{r.Method, r.URL.Path, r.Proto, sourceIP(r), r.UserAgent()},
			RequestID: x.id, RouteKey: x.route.key, Stage: defaultStage,
			Time: x.received.UTC().Format(commonLogTime), TimeEpoch: x.received.UnixMilli(),
		},
	}
	if isText(r.Header.Get("Content-Type")) && utf8.Valid(x.body) {
		e.Body = string(x.body)
	} else if len(x.body) > 0 {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(x.body), true
	}
	return e
}

// isText tells whether a body of that content type is handed over as text.
// Others come in base64: forms, and bodies without a type, included.
func isText(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// headers are the request's in lower case, cookies left out, and those that
// API Gateway adds.
func (x *exchange) headers() map[string]string {
	r := x.request
	headers := make(map[string]string, len(r.Header)+6)
	for name, values := range r.Header {
		if name != "Cookie" {
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	headers["host"] = r.Host
	headers["content-length"] = strconv.Itoa(len(x.body))
	headers["x-forwarded-for"] = forwardedFor(r)
	headers["x-forwarded-port"] = port(r.Host)
	headers["x-forwarded-proto"] = "http"
	if headers["x-amzn-trace-id"] == "" {
		headers["x-amzn-trace-id"] = fmt.Sprintf("Root=1-%08x-%08x%016x", x.received.Unix(), rand.Uint32(), rand.Uint64())
	}
	return headers
}

func forwardedFor(r *http.Request) string {
	return strings.Join(append(r.Header.Values("X-Forwarded-For"), sourceIP(r)), ", ")
}

func cookies(header http.Header) []string {
	var all []string
	for _, line := range header.Values("Cookie") {
		for _, cookie := range strings.Split(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				all = append(all, cookie)
			}
		}
	}
	return all
}

// queryParameters joins the values of a repeated parameter with commas.
func queryParameters(raw string) map[string]string {
	values, _ := url.ParseQuery(raw) // what can't be read is left out; the raw query has it
	if len(values) == 0 {
		return nil
	}
	parameters := make(map[string]string, len(values))
	for name, all := range values {
		parameters[name] = strings.Join(all, ",")
	}
	return parameters
}

func domain(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

func port(hostport string) string {
	if _, port, err := net.SplitHostPort(hostport); err == nil {
		return port
	}
	return "80"
}

func sourceIP(r *http.Request) string { return domain(r.RemoteAddr) }
