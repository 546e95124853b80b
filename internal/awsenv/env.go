// Package awsenv reads what a Lambda function is told by its environment. It
// knows static credentials and a region only, which is what Lambda gives its
// functions: the SDK's config package brings single sign-on, instance metadata
// and role assumption besides, which every function would load at its start.
package awsenv

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Env is a function's environment.
type Env struct {
	// AWS configures the clients of AWS services.
	AWS aws.Config
	// Vars has the variables that were asked for; none is empty.
	Vars map[string]string
}

// Variables that Lambda sets for every function:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
// The endpoint is set to use another one than that of the region.
const (
	regionVar       = "AWS_REGION"
	accessKeyVar    = "AWS_ACCESS_KEY_ID"
	secretKeyVar    = "AWS_SECRET_ACCESS_KEY"
	sessionTokenVar = "AWS_SESSION_TOKEN"
	endpointVar     = "AWS_ENDPOINT_URL"
)

// Read reads the environment through getenv. The variables named must be set,
// as must be the region and the credentials; the error names all that are not.
func Read(getenv func(string) string, names ...string) (Env, error) {
	vars := map[string]string{}
	var missing []string
	for _, name := range append([]string{regionVar, accessKeyVar, secretKeyVar}, names...) {
		if vars[name] = getenv(name); vars[name] == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return Env{}, fmt.Errorf("reading the environment: not set: %s", strings.Join(missing, ", "))
	}
	credentials := aws.Credentials{
		AccessKeyID:     vars[accessKeyVar],
		SecretAccessKey: vars[secretKeyVar],
		SessionToken:    getenv(sessionTokenVar),
		Source:          "environment",
	}
	for _, secret := range []string{accessKeyVar, secretKeyVar} {
		delete(vars, secret)
	}
	config := aws.Config{
		Region:      vars[regionVar],
		Credentials: static(credentials),
		HTTPClient:  httpClient(),
	}
	if endpoint := getenv(endpointVar); endpoint != "" {
		config.BaseEndpoint = &endpoint
	}
	return Env{AWS: config, Vars: vars}, nil
}

// static gives the same credentials each time: Lambda starts a new process when
// they expire.
func static(c aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
}

// httpClient is one for calls within a region, which are answered in
// milliseconds: it gives up soon enough for the SDK to try again before the
// function's time is over. A function handles one event at a time and so needs
// few connections.
func httpClient() *http.Client {
	dialer := &net.Dialer{Timeout: time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{
		Timeout: 3 * time.Second,
		Transport: &http.Transport{
			DialContext:         dialer.DialContext,
			TLSHandshakeTimeout: time.Second,
			MaxIdleConns:        10,
			MaxIdleConnsPerHost: 10,
			IdleConnTimeout:     90 * time.Second,
		},
		// The SDK signs for one address: a redirect to another is an answer.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
