package httpapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

// thing is a resource as the stack knows it.
type thing struct {
	t    testing.TB
	kind resource.Type
	def  resource.Definition
	made resource.Instance
}

func (a *apis) define(kind, properties string) *thing {
	a.count++
	name := "AWS::ApiGatewayV2::" + kind
	return &thing{t: a.t, kind: a.service.Resources()[name], def: resource.Definition{
		LogicalID: fmt.Sprint(kind, a.count), Type: name, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	}}
}

func (x *thing) create() *thing {
	x.t.Helper()
	var err error
	if x.made, err = x.kind.Create(x.t.Context(), x.def); err != nil {
		x.t.Fatalf("create %s: %v", x.def.LogicalID, err)
	}
	x.def.PhysicalID = x.made.ID
	return x
}

func (x *thing) tryUpdate(properties string) error {
	next := x.def
	next.Properties = json.RawMessage(properties)
	instance, err := x.kind.Update(x.t.Context(), x.def, next)
	if err != nil {
		return err
	}
	x.def = next
	if got, want := fmt.Sprint(instance), fmt.Sprint(x.made); got != want {
		return fmt.Errorf("got %s after the update, want %s as before", got, want)
	}
	return nil
}

func (x *thing) update(properties string) {
	x.t.Helper()
	if err := x.tryUpdate(properties); err != nil {
		x.t.Fatalf("update %s to %s: %v", x.def.LogicalID, properties, err)
	}
}

func (x *thing) tryDelete() error { return x.kind.Delete(x.t.Context(), x.def) }

func (x *thing) delete() {
	x.t.Helper()
	if err := x.tryDelete(); err != nil {
		x.t.Errorf("delete %s: %v", x.def.LogicalID, err)
	}
}

// app is an API with one of each.
type app struct{ api, integration, route, stage *thing }

const apiProperties = `{"Name":"test","ProtocolType":"HTTP"}`

func (x *app) integrationTo(function string, rest string) string {
	return `{"ApiId":"` + x.api.made.ID + `","IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"` + function + `"` + rest + `}`
}

func (x *app) routeTo(key, integration string) string {
	return `{"ApiId":"` + x.api.made.ID + `","RouteKey":"` + key + `","Target":"integrations/` + integration + `"}`
}

func (x *app) stageWith(rest string) string {
	return `{"ApiId":"` + x.api.made.ID + `","StageName":"$default","AutoDeploy":true` + rest + `}`
}

func (a *apis) app(key string) *app {
	a.t.Helper()
	x := &app{api: a.define("Api", apiProperties).create()}
	x.integration = a.define("Integration", x.integrationTo(functionARN, "")).create()
	x.route = a.define("Route", x.routeTo(key, x.integration.made.ID)).create()
	x.stage = a.define("Stage", x.stageWith("")).create()
	return x
}

func (x *app) url() string { return x.api.made.Attributes["ApiEndpoint"].(string) }

func (x *app) wantStatus(method, path string, want int) {
	x.api.t.Helper()
	if got := send(x.api.t, method, x.url()+path, ""); got.status != want {
		x.api.t.Errorf("%s %s: got %d %s, want %d", method, path, got.status, got.body, want)
	}
}

func TestAPIIsUpdatedAtItsPort(t *testing.T) {
	a := start(t)
	x := a.app("GET /")
	preflight := func() string {
		return send(t, "OPTIONS", x.url(), "", "Origin", "https://shop.example", "Access-Control-Request-Method", "GET").header.Get("Access-Control-Allow-Origin")
	}
	for range 2 {
		x.api.update(`{"Name":"renamed","ProtocolType":"HTTP","Description":"d","CorsConfiguration":{"AllowOrigins":["https://shop.example"],"AllowMethods":["GET"]}}`)
		if got := a.service.Endpoints(); len(got) != 1 || got["renamed"] != x.url() || preflight() != "https://shop.example" {
			t.Errorf("updated: got endpoints %v and preflight %q, want renamed at %s and the origin", got, preflight(), x.url())
		}
		for _, refused := range []string{`{"Name":"","ProtocolType":"HTTP"}`, `{"Name":"x","ProtocolType":"HTTP","Unknown":1}`, `{"Name":"x","ProtocolType":"HTTP","CorsConfiguration":{"MaxAge":-2}}`} {
			if err := x.api.tryUpdate(refused); err == nil || a.service.Endpoints()["renamed"] == "" || preflight() == "" {
				t.Errorf("update to %s: got error %v and endpoints %v, want a refusal and no change", refused, err, a.service.Endpoints())
			}
		}
		x.api.update(apiProperties)
		if got := a.service.Endpoints(); got["test"] != x.url() || preflight() != "" {
			t.Errorf("updated back: got endpoints %v and preflight %q, want test and none", got, preflight())
		}
		x.wantStatus("GET", "/", 200)
	}
}

func TestIntegrationLifecycle(t *testing.T) {
	a := start(t)
	x := a.app("GET /")
	a.answer = func() (string, bool, error) {
		return `"fine"`, false, nil
	}
	x.integration.update(x.integrationTo(functionARN+"2", ""))
	x.wantStatus("GET", "/", 500) // which may not be invoked
	if err := x.integration.tryUpdate(x.integrationTo("https://x", "")); err == nil {
		t.Error("update to a URL: got no error, want a refusal")
	}
	x.wantStatus("GET", "/", 500)
	x.integration.update(x.integrationTo(functionARN, `,"TimeoutInMillis":50`))
	x.wantStatus("GET", "/", 200)
	want := "Cannot delete Integration because it is referenced by the following Routes with Ids: [" + x.route.made.ID + "]"
	if err := x.integration.tryDelete(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("delete while in use: got %v, want %s", err, want)
	}
	x.wantStatus("GET", "/", 200)
	x.route.delete()
	x.integration.delete()
	x.integration.delete()
	if err := x.integration.tryUpdate(x.integrationTo(functionARN, "")); frontdoor.Code(err) != "NotFoundException" {
		t.Errorf("update of a deleted integration: got %v, want NotFoundException", err)
	}
}

func TestRouteLifecycle(t *testing.T) {
	a := start(t)
	x := a.app("GET /a")
	other := a.define("Integration", x.integrationTo(functionARN+"2", "")).create()
	taken := a.define("Route", x.routeTo("GET /taken", other.made.ID)).create()
	x.route.update(x.routeTo("GET /b", x.integration.made.ID))
	x.wantStatus("GET", "/a", 404)
	x.wantStatus("GET", "/b", 200)
	for _, refused := range []string{
		x.routeTo("GET /taken", x.integration.made.ID), x.routeTo("FETCH /", x.integration.made.ID),
		x.routeTo("GET /c", "none"), strings.Replace(x.routeTo("GET /c", x.integration.made.ID), "}", `,"AuthorizationType":"JWT"}`, 1),
	} {
		if err := x.route.tryUpdate(refused); err == nil {
			t.Errorf("update to %s: got no error, want a refusal", refused)
		}
		x.wantStatus("GET", "/b", 200)
	}
	x.route.update(x.routeTo("GET /b", other.made.ID))
	x.wantStatus("GET", "/b", 500)
	x.route.update(x.routeTo("GET /a", x.integration.made.ID))
	x.wantStatus("GET", "/a", 200)
	x.wantStatus("GET", "/b", 404)
	x.route.delete()
	x.route.delete()
	x.wantStatus("GET", "/a", 404)
	x.wantStatus("GET", "/taken", 500)
	taken.delete()
	if err := taken.tryUpdate(x.routeTo("GET /taken", other.made.ID)); frontdoor.Code(err) != "NotFoundException" {
		t.Errorf("update of a deleted route: got %v, want NotFoundException", err)
	}
}

func TestStageLifecycle(t *testing.T) {
	a := start(t)
	x := a.app("GET /")
	variables := func() string {
		x.wantStatus("GET", "/", 200)
		return fmt.Sprint(a.lastEvent()["stageVariables"])
	}
	limit := func(rate, burst string) string {
		return `,"DefaultRouteSettings":{"ThrottlingRateLimit":` + rate + `,"ThrottlingBurstLimit":` + burst + `}`
	}
	x.stage.update(x.stageWith(`,"StageVariables":{"v":"1"}` + limit("0", "2")))
	if got := variables(); got != "map[v:1]" {
		t.Errorf("updated: got variables %s, want v=1", got)
	}
	for _, refused := range []string{
		x.stageWith(`,"RouteSettings":{"GET /no":{"ThrottlingRateLimit":1,"ThrottlingBurstLimit":1}}`),
		x.stageWith(`,"DefaultRouteSettings":{"ThrottlingRateLimit":1}`), x.stageWith(`,"AccessLogSettings":{"DestinationArn":"x"}`),
	} {
		if err := x.stage.tryUpdate(refused); err == nil {
			t.Errorf("update to %s: got no error, want a refusal", refused)
		}
	}
	x.stage.update(x.stageWith(`,"StageVariables":{"v":"2"}` + limit("0", "2")))
	if got := variables(); got != "map[v:2]" {
		t.Errorf("updated: got variables %s, want v=2", got)
	}
	x.wantStatus("GET", "/", 429) // the two tokens are used, whatever else was changed
	x.stage.update(x.stageWith(limit("0", "1")))
	x.wantStatus("GET", "/", 200)
	x.wantStatus("GET", "/", 429)
	x.stage.update(x.stageWith(""))
	if got := variables(); got != "<nil>" {
		t.Errorf("updated back: got variables %s, want none", got)
	}
	x.stage.delete()
	x.stage.delete()
	x.wantStatus("GET", "/", 404)
	if err := x.stage.tryUpdate(x.stageWith("")); frontdoor.Code(err) != "NotFoundException" {
		t.Errorf("update of a deleted stage: got %v, want NotFoundException", err)
	}
}

func TestCreatedTwiceIsRefused(t *testing.T) {
	a := start(t)
	x := a.app("GET /")
	wants := map[*thing]string{
		x.api: "already exists", x.integration: "already exists", x.route: "already exists", x.stage: "Stage already exists",
	}
	for again, want := range wants {
		again.def.PhysicalID = ""
		if _, err := again.kind.Create(t.Context(), again.def); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s again: got %v, want %q", again.def.Type, err, want)
		}
	}
	other := a.define("Route", x.routeTo("GET /", x.integration.made.ID))
	if _, err := other.kind.Create(t.Context(), other.def); err == nil || err.Error() != "ConflictException: Route with key GET / already exists for this API" {
		t.Errorf("another route with the key: got %v, want a conflict", err)
	}
	replacement := x.api.def
	replacement.PhysicalID, replacement.Generation = "", 1
	instance, err := x.api.kind.Create(t.Context(), replacement)
	if err != nil || instance.ID == x.api.made.ID {
		t.Errorf("a replacement: got %v, %v; want another id than %s", instance, err, x.api.made.ID)
	}
}

func TestImmutableProperties(t *testing.T) {
	types := start(t).service.Resources()
	for kind, want := range map[string]string{
		"Api": "[ProtocolType]", "Integration": "[ApiId]", "Route": "[ApiId]", "Stage": "[ApiId StageName]",
	} {
		next := `{"ApiId":"x","StageName":"s","ProtocolType":"p","RouteKey":"k","Name":"n","IntegrationUri":"u"}`
		got, err := types["AWS::ApiGatewayV2::"+kind].Replacing(json.RawMessage(`{}`), json.RawMessage(next))
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, %v; want %s", kind, got, err, want)
		}
	}
}
