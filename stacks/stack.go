// Package stacks defines the infrastructure: one stack, and in it one
// construct per service.
package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// StackName is the name of the stack.
const StackName = "EdaDemo"

// NewEdaDemo creates the stack from the configuration and the compiled
// programs, or says which program is missing. The stack depends on no account
// and no Region.
func NewEdaDemo(parent constructs.Construct, cfg Config, programs Programs) (awscdk.Stack, error) {
	if err := programs.check(); err != nil {
		return nil, err
	}
	stack := newStack(parent, cfg)
	s := scope{Construct: stack, cfg: cfg, programs: programs, watch: &watch{}}
	s.watch.topic = newAlarmTopic(s)
	s.deployments = newDeployments(s)
	orderBus, bookingBus, everything := newBuses(s)
	o := newOrders(s, orderBus)
	payment := newPayments(s, orderBus)
	b := newBookings(s, bookingBus)
	bookingPayments := newBookingPayments(s, bookingBus)
	st := newSeats(s, bookingBus)
	tickets := newTickets(s, bookingBus)
	topic := newNotifications(s, orderBus, bookingBus)
	api := newAPI(s, o, b, st)
	newDashboard(s, api)

	s.output("ApiEndpoint", api.AttrApiEndpoint(), "URL of the API, without a slash at its end")
	s.output("OrdersTableName", o.table.TableName(), "Table of the orders")
	s.output("EventBusName", orderBus.EventBusName(), "Bus that carries the events of orders")
	s.output("CatchAllLogGroupName", everything.LogGroupName(), "Log group with every event of both buses")
	s.output("PaymentStateMachineArn", payment.AttrArn(), "State machine of the payment service")
	s.output("NotificationTopicArn", topic.TopicArn(), "Topic that notifications are published on")
	s.output("BookingBusName", bookingBus.EventBusName(), "Bus that carries the events of bookings")
	s.output("BookingsTableName", b.table.TableName(), "Table of the bookings")
	s.output("BookingPaymentsTableName", bookingPayments.TableName(), "Table of the bookings' payments")
	s.output("SeatsTableName", st.taken.TableName(), "Table of the seats that are taken")
	s.output("SeatAssignmentsTableName", st.assignments.TableName(), "Table of what seat each booking got")
	s.output("TicketsTableName", tickets.TableName(), "Table of the tickets")
	return stack, nil
}

func newStack(parent constructs.Construct, cfg Config) awscdk.Stack {
	return awscdk.NewStack(parent, jsii.String(StackName), &awscdk.StackProps{
		Description:           jsii.String("Orders, payments, bookings of flights and notifications that speak through events"),
		TerminationProtection: jsii.Bool(cfg.Stage == Prod),
		AnalyticsReporting:    jsii.Bool(false),
		// The CDK's command line checks the version of the bootstrap stack
		// itself: no rule and no parameter in the template for it.
		Synthesizer: awscdk.NewDefaultStackSynthesizer(&awscdk.DefaultStackSynthesizerProps{
			GenerateBootstrapVersionRule: jsii.Bool(false),
		}),
	})
}

func (s scope) output(name string, value *string, description string) {
	awscdk.NewCfnOutput(s.Construct, jsii.String(name), &awscdk.CfnOutputProps{
		Value:       value,
		Description: jsii.String(description),
	})
}
