// Package doortest serves a front door to the real AWS SDK for Go in tests.
package doortest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// Account and Region are those of the stack that tests run in.
const (
	Account = "000000000000"
	Region  = "us-east-1"
)

// Stack is the stack that tests create resources in.
func Stack() resource.Stack {
	return resource.Stack{
		Name: "Test", ID: "arn:aws:cloudformation:us-east-1:000000000000:stack/Test/1",
		Account: Account, Region: Region, Partition: "aws",
	}
}

// NewDoor returns a door that logs to the test's output.
func NewDoor(t testing.TB) *frontdoor.Door {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	return frontdoor.New(iam.NewDirectory(Account), log, http.NotFoundHandler())
}

// Serve serves the door on a free loopback port until the test ends, and
// returns the configuration of an administrator's SDK client. Nothing is
// retried, so that tests see the first answer.
func Serve(t testing.TB, door *frontdoor.Door) aws.Config {
	t.Helper()
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	return Config(server.URL, credentials.NewStaticCredentialsProvider("admin", "secret", ""))
}

// Config is the configuration of a client with the given credentials.
func Config(endpoint string, keys aws.CredentialsProvider) aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: aws.String(endpoint), Credentials: keys,
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient: &http.Client{Transport: &wholeBodies{http.DefaultTransport.(*http.Transport).Clone()}},
	}
}

// wholeBodies sends requests whose bodies can be closed early. A door in the
// same process may answer before net/http has seen the end of the request's
// body; the SDK then closes the body, and the failing read of it ends the
// connection while the answer is being read.
type wholeBodies struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (w *wholeBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return w.Transport.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the body of the request: %w", err)
	}
	whole := r.Clone(r.Context())
	whole.Body = io.NopCloser(bytes.NewReader(body))
	return w.Transport.RoundTrip(whole)
}

// AsRole returns cfg with credentials of a new role that has the given inline
// policy document.
func AsRole(t testing.TB, door *frontdoor.Door, cfg aws.Config, roleName, policy string) aws.Config {
	t.Helper()
	trust, err := iam.ParseResourcePolicy([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`))
	if err != nil {
		t.Fatal(err)
	}
	role, err := door.Directory().PutRole(roleName, trust)
	if err != nil {
		t.Fatal(err)
	}
	inline, err := iam.ParseIdentityPolicy([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	if err := door.Directory().PutRolePolicy(roleName, "inline", inline); err != nil {
		t.Fatal(err)
	}
	p, err := door.Directory().Assume(iam.Service("lambda.amazonaws.com", Account, ""), role.ARN, "test")
	if err != nil {
		t.Fatal(err)
	}
	keys := door.Directory().Issue(p)
	cfg.Credentials = credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken)
	return cfg
}
