package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/lambda/functionlog"
)

// accessLogSettings are where and how requests are logged.
type accessLogSettings struct {
	DestinationArn string
	Format         string
}

// maxFormat is the longest access log format, in bytes.
const maxFormat = 3 << 10

// accessLog writes one line for each request.
type accessLog struct {
	settings accessLogSettings
	group    *functionlog.Group
	stream   *functionlog.Stream
}

// accessLog returns the log of an API with that name; nil if there are no
// settings, and old if its settings are the same.
func (s *Service) accessLog(api string, settings *accessLogSettings, old *accessLog) (*accessLog, error) {
	if settings == nil {
		return nil, nil
	}
	_, name, found := strings.Cut(settings.DestinationArn, ":log-group:")
	switch {
	case !found:
		return nil, fmt.Errorf("DestinationArn %q is no log group", settings.DestinationArn)
	case settings.Format == "" || len(settings.Format) > maxFormat:
		return nil, errors.New("Format must have 1 to 3072 characters")
	case old != nil && old.settings == *settings:
		return old, nil
	}
	group := functionlog.NewGroup(functionlog.Config{
		Group: strings.TrimSuffix(name, ":*"), Log: s.config.Log.With("api", api), Call: s.callLogs,
	})
	raw := make([]byte, 16)
	rand.Read(raw)
	return &accessLog{*settings, group, group.Stream(hex.EncodeToString(raw))}, nil
}

// callLogs calls CloudWatch Logs. API Gateway gives itself the permission to
// write the log group when a stage is made, so it is written as the account.
// Other than Lambda, it does not create a log group that was deleted.
func (s *Service) callLogs(ctx context.Context, operation string, in, out any) error {
	if operation == "CreateLogGroup" {
		return errors.New("the log group does not exist")
	}
	return s.config.Door.Call(ctx, iam.Admin(s.config.Account), "logs", operation, in, out)
}

var contextVariable = regexp.MustCompile(`\$context\.[A-Za-z.]*[A-Za-z]`)

func (l *accessLog) add(x *exchange, out answer) {
	values := x.variables(out)
	line := contextVariable.ReplaceAllStringFunc(l.settings.Format, func(name string) string {
		if value := values[strings.TrimPrefix(name, "$context.")]; value != "" {
			return value
		}
		return "-"
	})
	l.stream.Line(time.Now(), []byte(line))
	l.stream.Soon()
}

// close writes what there is. Requests that are still being answered may add
// lines all the same. The log may be nil.
func (l *accessLog) close() {
	if l == nil {
		return
	}
	l.stream.Close()
	l.group.Flush()
}

// variables are the context variables of an exchange.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func (x *exchange) variables(out answer) map[string]string {
	r := x.request
	values := map[string]string{
		"accountId": x.api.service.config.Account, "apiId": x.api.id, "stage": defaultStage,
		"domainName": domain(r.Host), "domainPrefix": x.api.id,
		"extendedRequestId": x.id, "requestId": x.id,
		"httpMethod": r.Method, "path": r.URL.Path, "protocol": r.Proto,
		"identity.sourceIp": sourceIP(r), "identity.userAgent": r.UserAgent(),
		"requestTime":             x.received.UTC().Format(commonLogTime),
		"requestTimeEpoch":        strconv.FormatInt(x.received.UnixMilli(), 10),
		"status":                  strconv.Itoa(out.status),
		"responseLength":          strconv.Itoa(len(out.body)),
		"responseLatency":         strconv.FormatInt(time.Since(x.received).Milliseconds(), 10),
		"integrationErrorMessage": x.failure, "integration.error": x.failure,
	}
	if x.route != nil {
		values["routeKey"] = x.route.key
	}
	if x.latency > 0 {
		latency := strconv.FormatInt(x.latency.Milliseconds(), 10)
		values["integrationLatency"], values["integration.latency"] = latency, latency
	}
	return values
}
