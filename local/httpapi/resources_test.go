package httpapi_test

import (
	"strings"
	"testing"
)

func TestRefusedProperties(t *testing.T) {
	a := start(t)
	api := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`).ID
	on := func(rest string) string { return `{"ApiId":"` + api + `",` + rest + `}` }
	integration := a.create("Integration", on(`"IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"`+functionARN+`"`)).ID
	a.create("Route", on(`"RouteKey":"GET /taken","Target":"integrations/`+integration+`"`))
	tests := []struct{ kind, properties, want string }{
		{"Api", `{"Name":"x","ProtocolType":"WEBSOCKET"}`, "ProtocolType"},
		{"Api", `{"Name":"x","ProtocolType":"HTTP","Body":{}}`, "Body"},
		{"Api", `{"Name":"x","ProtocolType":"HTTP","CorsConfiguration":{"AllowCredentials":true,"AllowOrigins":["*"]}}`, "AllowCredentials"},
		{"Integration", on(`"IntegrationType":"AWS_PROXY","PayloadFormatVersion":"1.0","IntegrationUri":"` + functionARN + `"`), "PayloadFormatVersion"},
		{"Integration", on(`"IntegrationType":"HTTP_PROXY","PayloadFormatVersion":"2.0"`), "IntegrationType"},
		{"Integration", on(`"IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"https://x"`), "IntegrationUri"},
		{"Route", on(`"RouteKey":"GET /x","Target":"integrations/` + integration + `","AuthorizationType":"JWT"`), "JWT"},
		{"Route", on(`"RouteKey":"GET /x","Target":"integrations/none"`), "none"},
		{"Route", on(`"RouteKey":"FETCH /x","Target":"integrations/` + integration + `"`), "FETCH"},
		{"Route", on(`"RouteKey":"GET /{a+}/x","Target":"integrations/` + integration + `"`), "at the end"},
		{"Route", on(`"RouteKey":"GET /{a}/{a}","Target":"integrations/` + integration + `"`), "two variables"},
		{"Route", on(`"RouteKey":"GET /taken","Target":"integrations/` + integration + `"`), "already exists"},
		{"Stage", on(`"StageName":"prod","AutoDeploy":true`), "prod"},
		{"Stage", on(`"StageName":"$default"`), "AutoDeploy"},
		{"Stage", on(`"StageName":"$default","AutoDeploy":true,"RouteSettings":{"GET /no":{"ThrottlingRateLimit":1,"ThrottlingBurstLimit":1}}`), "GET /no"},
		{"Stage", `{"ApiId":"none","StageName":"$default","AutoDeploy":true}`, "none"},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+test.want, func(t *testing.T) {
			if _, err := a.tryCreate(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %s", err, test.want)
			}
		})
	}
}

func TestAnAPIWithoutStageAnswersNotFound(t *testing.T) {
	a := start(t)
	url := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`).Attributes["ApiEndpoint"].(string)
	if got := send(t, "GET", url, ""); got.status != 404 {
		t.Errorf("got %d, want 404", got.status)
	}
}
