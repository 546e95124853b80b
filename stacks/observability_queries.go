package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// The saved queries look at every event of the buses, and at every line of the
// functions that says which order or booking it is about. Fields that an event
// and a line have by different names are shown in one column.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
const (
	shown = "fields @timestamp, coalesce(`detail-type`, message) as what, " +
		"coalesce(source, @log) as who, level, status, coalesce(orderId, detail.id) as order, " +
		"coalesce(bookingId, detail.bookingId) as booking, " +
		"coalesce(correlationId, detail.metadata.correlationId) as correlation, error\n"
	inOrder = "| sort @timestamp asc\n| limit 1000"

	whatHappened  = shown + "| filter orderId = {{orderId}} or detail.id = {{orderId}}\n" + inOrder
	whatOfBooking = shown + "| filter bookingId = \"{{bookingId}}\" or detail.bookingId = \"{{bookingId}}\"\n" + inOrder
	whatFollowed  = shown + "| filter correlationId = \"{{correlationId}}\"" +
		" or detail.metadata.correlationId = \"{{correlationId}}\"\n" + inOrder
	whatFailed = shown + "| filter level in [\"WARN\", \"ERROR\"] or ispresent(errorMessage)\n" +
		"| sort @timestamp desc\n| limit 1000"
)

// saveQueries saves what a person who looks into an order or a booking asks the
// logs.
func (s scope) saveQueries() {
	s.query("WhatHappened", "eda-demo/what happened to order N", whatHappened,
		&awslogs.CfnQueryDefinition_QueryParameterProperty{
			Name: jsii.String("orderId"), Description: jsii.String("The order's id"), DefaultValue: jsii.String("101"),
		})
	s.query("WhatOfBooking", "eda-demo/what happened to booking B", whatOfBooking,
		&awslogs.CfnQueryDefinition_QueryParameterProperty{
			Name: jsii.String("bookingId"), Description: jsii.String("The booking's id"), DefaultValue: jsii.String("B123"),
		})
	s.query("WhatFollowed", "eda-demo/what followed from one request", whatFollowed,
		&awslogs.CfnQueryDefinition_QueryParameterProperty{
			Name: jsii.String("correlationId"), Description: jsii.String("The correlation that all lines about the request have"),
		})
	s.query("WhatFailed", "eda-demo/what failed", whatFailed)
}

func (s scope) query(id, name, text string, parameters ...any) {
	groups := make([]any, len(s.watch.logGroups))
	for i, group := range s.watch.logGroups {
		groups[i] = group.LogGroupName()
	}
	definition := awslogs.NewCfnQueryDefinition(s.Construct, jsii.String(id), &awslogs.CfnQueryDefinitionProps{
		Name:          jsii.String(name),
		QueryString:   jsii.String(text),
		LogGroupNames: &groups,
	})
	if len(parameters) > 0 {
		definition.SetParameters(&parameters)
	}
}
