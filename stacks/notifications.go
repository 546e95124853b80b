package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// newNotifications creates the notification service: a topic, and a function
// that publishes on it what happens to orders, and how bookings end. Its table
// remembers, for a while, the events that it has told of.
func newNotifications(s scope, orders, bookings bus) awssns.Topic {
	s = s.child("Notifications")
	topic := awssns.NewTopic(s.Construct, jsii.String("Topic"), &awssns.TopicProps{
		TopicName:   jsii.String(event.NotificationTopic),
		DisplayName: jsii.String(event.NotificationTopicDisplayName),
		EnforceSSL:  jsii.Bool(true),
	})
	encrypt(topic)
	// Who has subscribed besides the configured address stays so.
	topic.ApplyRemovalPolicy(s.removal())
	if s.cfg.Email != "" {
		awssns.NewCfnSubscription(s.Construct, jsii.String("Email"), &awssns.CfnSubscriptionProps{
			TopicArn: topic.TopicArn(),
			Protocol: jsii.String("email"),
			Endpoint: jsii.String(s.cfg.Email),
		})
	}
	notified := s.table("NotifiedEvents", awsdynamodb.TableProps{
		TableName:           jsii.String(event.NotifiedEventsTable),
		PartitionKey:        text("eventId"),
		TimeToLiveAttribute: jsii.String("expiresAt"),
	})
	notify := toFunction(newNotify(s, topic, notified))
	everything := pattern{"source": []any{event.OrderService, event.PaymentService}}
	orders.route(s, "Rule", event.NotificationRule, everything, notify)
	outcomes := pattern{
		"source":      []any{event.AircraftTicket, event.AircraftBooking},
		"detail-type": []any{event.TicketIssued, event.BookingCancelled},
	}
	bookings.route(s, "BookingRule", event.BookingNotificationRule, outcomes, notify)
	return topic
}

// encrypt has what is published kept encrypted with the key that SNS has in
// every account. It costs its requests only, one each few minutes, and whoever
// may publish may use it; but only with credentials of this account: a service
// of AWS that acts as itself, such as a rule or an alarm, could not publish.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func encrypt(topic awssns.Topic) {
	topic.Node().DefaultChild().(awssns.CfnTopic).SetKmsMasterKeyId(jsii.String("alias/aws/sns"))
}

func newNotify(s scope, topic awssns.Topic, notified awsdynamodb.Table) function {
	return s.function("Notify", functionProps{
		name:        event.NotificationFunction,
		pkg:         notificationPackage,
		description: "Tells subscribers what happened to an order or a booking, once",
		environment: map[string]*string{
			"TOPIC_ARN":             topic.TopicArn(),
			"NOTIFIED_EVENTS_TABLE": notified.TableName(),
		},
		// Two writes and one publication, which take milliseconds, and two calls
		// among them that hang for three seconds before they are retried. Until
		// it ends, nobody else tells of the same event, though it may have
		// crashed: well below the minute after which Lambda delivers a failed
		// event again.
		timeout: 8 * time.Second,
		allowed: statements{
			allow(notified.TableArn(), "dynamodb:UpdateItem"),
			allow(topic.TopicArn(), "sns:Publish"),
		},
		invocation: invocation{asynchronous: true},
	})
}
