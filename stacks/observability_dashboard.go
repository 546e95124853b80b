package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"
)

// newDashboard shows, on one page, whether orders and bookings get through, how fast, and if
// not, where they are. It comes after all that is watched.
func newDashboard(s scope, api awsapigatewayv2.CfnApi) {
	s = s.child("Watch")
	of := dimensions{"ApiId": api.Ref()}
	for _, j := range journeys {
		s.watchJourney(j)
	}
	s.watchAPI(of)
	dashboard := awscloudwatch.NewDashboard(s.Construct, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName:   jsii.String("eda-demo"),
		DefaultInterval: awscdk.Duration_Hours(jsii.Number(3)),
	})
	dashboard.AddWidgets(awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{
		Title: jsii.String("Alarms: what to do is in docs/runbook.md"), Alarms: &s.watch.alarms,
		Width: jsii.Number(24), Height: jsii.Number(10),
	}))
	for _, j := range journeys {
		dashboard.AddWidgets(j.graphs()...)
	}
	dashboard.AddWidgets(
		graph("Failures by stage", s.watch.failures...),
		graph("Dead letters", s.watch.deadLetters...))
	dashboard.AddWidgets(
		graph("Throttled", append(s.watch.throttles, called("API 4xx", measure("AWS/ApiGateway", "4xx", "Sum", of)))...),
		graph("Age of the streams, ms", s.watch.streamAge...))
	dashboard.AddWidgets(
		graph("Requests", called("requests", measure("AWS/ApiGateway", "Count", "Sum", of))),
		graph("Latency of requests, ms", called("p50", measure("AWS/ApiGateway", "Latency", "p50", of)),
			called("p99", measure("AWS/ApiGateway", "Latency", "p99", of))))
	s.saveQueries()
}

// graph draws metrics by the minute, half a page wide.
func graph(title string, metrics ...awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: jsii.String(title),
		Left:  &metrics,
		Width: jsii.Number(12), Height: jsii.Number(6),
		LeftYAxis:      &awscloudwatch.YAxisProps{Min: jsii.Number(0), ShowUnits: jsii.Bool(false)},
		LegendPosition: awscloudwatch.LegendPosition_RIGHT,
	})
}
