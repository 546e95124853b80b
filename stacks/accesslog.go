package stacks

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
)

// accessLogGroup has the prefix that the resource policy for the delivery of
// logs names once. Of other log groups it names each, and the deployment fails
// when the account has so many that the policy is longer than 5,120 characters.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
const accessLogGroup = "/aws/vendedlogs/eda-demo-api"

// accessLog has a line written for each request. Who sent it is no part of it:
// an IP address is personal data. Neither is what was sent, nor what the
// integration failed with, which may quote that; the request's id leads to the
// lines of the function.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func (s scope) accessLog() *awsapigatewayv2.CfnStage_AccessLogSettingsProperty {
	// All are texts: a variable without a value is written as "-". Maps are
	// encoded in the order of their keys, so that the template does not change.
	format, _ := json.Marshal(map[string]string{
		"requestId":            "$context.requestId",
		"time":                 "$context.requestTime",
		"routeKey":             "$context.routeKey",
		"status":               "$context.status",
		"responseLength":       "$context.responseLength",
		"responseLatencyMs":    "$context.responseLatency",
		"integrationLatencyMs": "$context.integrationLatency",
	})
	return &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: s.logGroup("AccessLogs", accessLogGroup).LogGroupArn(),
		Format:         jsii.String(string(format)),
	}
}
