package stacks

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
)

// newAPI creates the HTTP API in front of the services.
func newAPI(s scope, o orders, b bookings, st seats) awsapigatewayv2.CfnApi {
	s = s.child("Api")
	api := awsapigatewayv2.NewCfnApi(s.Construct, jsii.String("Api"), &awsapigatewayv2.CfnApiProps{
		Name:         jsii.String("eda-demo"),
		ProtocolType: jsii.String("HTTP"),
	})
	by := s.authorize(api)
	s.endpoint(api, by, "CreateOrder", "POST /order", o.create)
	s.endpoint(api, by, "GetOrder", "GET /order/{id}", o.get)
	s.endpoint(api, by, "CreateBooking", "POST /booking", b.create)
	s.endpoint(api, by, "GetBooking", "GET /booking/{id}", b.get)
	s.endpoint(api, by, "GetSeats", "GET /flight/{id}/seats", st.get)
	s.endpoint(api, by, "Describe", "GET /openapi.json", o.get)
	awsapigatewayv2.NewCfnStage(s.Construct, jsii.String("Stage"), &awsapigatewayv2.CfnStageProps{
		ApiId:      api.Ref(),
		StageName:  jsii.String("$default"),
		AutoDeploy: true,
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{
			ThrottlingRateLimit:  jsii.Number(s.cfg.Throttle.Rate),
			ThrottlingBurstLimit: jsii.Number(s.cfg.Throttle.Burst),
		},
		AccessLogSettings: s.accessLog(),
	})
	return api
}

// endpoint answers requests for a route key ("GET /order/{id}") with a
// function, which lets that route invoke it and no other.
func (s scope) endpoint(api awsapigatewayv2.CfnApi, by authorization, id, routeKey string, fn function) {
	s = s.child(id)
	integration := awsapigatewayv2.NewCfnIntegration(s.Construct, jsii.String("Integration"), &awsapigatewayv2.CfnIntegrationProps{
		ApiId:                api.Ref(),
		IntegrationType:      jsii.String("AWS_PROXY"),
		IntegrationUri:       fn.invokeArn(),
		PayloadFormatVersion: jsii.String("2.0"),
	})
	// The ARN of a route is <api id>/<stage>/<method>/<path>, with the path as
	// in the route key.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
	path := "*/" + strings.Replace(routeKey, " ", "", 1)
	s.invokePermission("Permission", fn, "apigateway.amazonaws.com",
		s.arn("execute-api", *api.Ref(), path, awscdk.ArnFormat_SLASH_RESOURCE_NAME))
	awsapigatewayv2.NewCfnRoute(s.Construct, jsii.String("Route"), &awsapigatewayv2.CfnRouteProps{
		ApiId:             api.Ref(),
		RouteKey:          jsii.String(routeKey),
		Target:            jsii.String("integrations/" + *integration.Ref()),
		AuthorizationType: jsii.String(by.kind),
		AuthorizerId:      by.authorizer,
	})
}
