package awsenv_test

import (
	"context"
	"strings"
	"testing"

	"eda-demo/internal/awsenv"
)

func getenv(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func lambda(more map[string]string) map[string]string {
	vars := map[string]string{
		"AWS_REGION":            "eu-west-1",
		"AWS_ACCESS_KEY_ID":     "AKID",
		"AWS_SECRET_ACCESS_KEY": "secret",
	}
	for name, value := range more {
		vars[name] = value
	}
	return vars
}

func TestRead(t *testing.T) {
	env, err := awsenv.Read(getenv(lambda(map[string]string{
		"AWS_SESSION_TOKEN": "token", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "ORDERS_TABLE": "orders",
	})), "ORDERS_TABLE")
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	if got := env.Vars["ORDERS_TABLE"]; got != "orders" {
		t.Errorf("ORDERS_TABLE is %q, want orders", got)
	}
	if env.AWS.Region != "eu-west-1" || env.AWS.BaseEndpoint == nil || *env.AWS.BaseEndpoint != "http://127.0.0.1:4566" {
		t.Errorf("region %q, endpoint %v, want eu-west-1 and http://127.0.0.1:4566", env.AWS.Region, env.AWS.BaseEndpoint)
	}
	got, err := env.AWS.Credentials.Retrieve(context.Background())
	if err != nil || got.AccessKeyID != "AKID" || got.SecretAccessKey != "secret" || got.SessionToken != "token" {
		t.Errorf("credentials %+v, %v, want those of the environment", got, err)
	}
	for name, value := range env.Vars {
		if strings.Contains(value, "secret") {
			t.Errorf("the variable %s has the secret key", name)
		}
	}
}

func TestReadWithoutEndpoint(t *testing.T) {
	env, err := awsenv.Read(getenv(lambda(nil)))
	if err != nil || env.AWS.BaseEndpoint != nil {
		t.Errorf("Read = endpoint %v, %v, want none", env.AWS.BaseEndpoint, err)
	}
}

func TestReadNamesWhatIsMissing(t *testing.T) {
	vars := lambda(nil)
	delete(vars, "AWS_REGION")
	_, err := awsenv.Read(getenv(vars), "ORDERS_TABLE", "TOPIC_ARN")
	if want := "reading the environment: not set: AWS_REGION, ORDERS_TABLE, TOPIC_ARN"; err == nil || err.Error() != want {
		t.Errorf("Read = %v, want %s", err, want)
	}
}
