package template_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestRoutesReachTheirFunctions(t *testing.T) {
	api := demo().one(t, "AWS::ApiGatewayV2::Api", "Name", "eda-demo")
	want := map[string]string{
		"POST /order":     "eda-demo-create-order",
		"GET /order/{id}": "eda-demo-get-order",
	}
	for _, route := range demo().OfType("AWS::ApiGatewayV2::Route") {
		key := route.Text("RouteKey")
		integration := demo().Referred(strings.TrimPrefix(route.Text("Target"), "integrations/"))
		fn := demo().Referred(integration.Text("IntegrationUri"))
		if got := fn.Text("FunctionName"); got != want[key] {
			t.Errorf("route %s reaches %s, want %s", key, got, want[key])
		}
		if kind, payload := integration.Text("IntegrationType"), integration.Text("PayloadFormatVersion"); kind != "AWS_PROXY" || payload != "2.0" {
			t.Errorf("route %s is integrated by %s %s, want AWS_PROXY 2.0", key, kind, payload)
		}
		invoker := "apigateway.amazonaws.com arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" +
			api.ID + "}/*/" + strings.Replace(key, " ", "", 1)
		if got := invokers(t, want[key]); len(got) != 1 || got[0] != invoker {
			t.Errorf("%s can be invoked by %v, want %s", want[key], got, invoker)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("the API lacks the routes %v", want)
	}
}

func TestStageThrottles(t *testing.T) {
	stage := demo().OfType("AWS::ApiGatewayV2::Stage")[0]
	for property, want := range map[string]string{
		"StageName":            "$default",
		"AutoDeploy":           "true",
		"DefaultRouteSettings": `{"ThrottlingBurstLimit":2000,"ThrottlingRateLimit":2000}`,
	} {
		if got := stage.Text(property); got != want {
			t.Errorf("the stage has %s %s, want %s", property, got, want)
		}
	}
}

// Lines without who sent the request and what it held: no personal data.
func TestRequestsAreLogged(t *testing.T) {
	stage := demo().OfType("AWS::ApiGatewayV2::Stage")[0]
	group := demo().Referred(stage.Text("AccessLogSettings", "DestinationArn"))
	if got, want := group.Text("LogGroupName"), "/aws/vendedlogs/eda-demo-api"; got != want {
		t.Errorf("requests are logged in %s, want %s", got, want)
	}
	var line map[string]string
	if err := json.Unmarshal([]byte(stage.Text("AccessLogSettings", "Format")), &line); err != nil {
		t.Fatalf("a line of the log is not JSON: %v", err)
	}
	want := []string{"$context.integrationLatency", "$context.requestId", "$context.requestTime", "$context.responseLatency",
		"$context.responseLength", "$context.routeKey", "$context.status"}
	if got := slices.Sorted(maps.Values(line)); !slices.Equal(got, want) {
		t.Errorf("a line of the log has %v, want %v", got, want)
	}
}
