package template_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRoutesReachTheirFunctions(t *testing.T) {
	api := demo().one(t, "AWS::ApiGatewayV2::Api", "Name", "eda-demo")
	want := map[string]string{
		"POST /order":       "eda-demo-create-order",
		"GET /order/{id}":   "eda-demo-get-order",
		"GET /openapi.json": "eda-demo-get-order",

		"POST /booking":          "eda-demo-create-booking",
		"GET /booking/{id}":      "eda-demo-get-booking",
		"GET /flight/{id}/seats": "eda-demo-get-seats",
	}
	unwanted := map[string][]string{} // who may invoke a function, and no route says so
	for _, fn := range want {
		unwanted[fn] = invokers(t, fn)
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
		allowed := slices.Index(unwanted[want[key]], invoker)
		if allowed < 0 {
			t.Fatalf("%s can be invoked by %v, want %s", want[key], invokers(t, want[key]), invoker)
		}
		unwanted[want[key]] = slices.Delete(unwanted[want[key]], allowed, allowed+1)
		delete(want, key)
	}
	for fn, others := range unwanted {
		if len(others) > 0 {
			t.Errorf("%s can be invoked by %v, too", fn, others)
		}
	}
	if len(want) > 0 {
		t.Errorf("the API lacks the routes %v", want)
	}
}

// The description of the API has its routes, and no others.
func TestRoutesAreDescribed(t *testing.T) {
	raw, err := os.ReadFile("../../internal/openapi/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var description struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(raw, &description); err != nil {
		t.Fatal(err)
	}
	var described, routes []string
	for path, operations := range description.Paths {
		for method := range operations {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	for _, route := range demo().OfType("AWS::ApiGatewayV2::Route") {
		routes = append(routes, route.Text("RouteKey"))
	}
	slices.Sort(described)
	slices.Sort(routes)
	if !slices.Equal(described, routes) {
		t.Errorf("described are %v, and the routes are %v", described, routes)
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
