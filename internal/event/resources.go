package event

// Functions, tables, topic, state machine and log group by the names that people look
// them up by.
const (
	CreateOrderFunction        = "eda-demo-create-order"
	GetOrderFunction           = "eda-demo-get-order"
	UpdateOrderFunction        = "eda-demo-update-order"
	PublishOrderEventsFunction = "eda-demo-publish-order-events"
	NotificationFunction       = "eda-demo-notification"

	OrdersTable         = "eda-demo-orders"
	NotifiedEventsTable = "eda-demo-notified-events"

	NotificationTopic            = "eda-demo-order-notification"
	NotificationTopicDisplayName = "Order Notification"
	AlarmTopic                   = "eda-demo-alarms"

	// The payment service is one of the two, as it is configured.
	PaymentStateMachine        = "eda-demo-payment-service"
	PaymentExpressStateMachine = "eda-demo-payment-service-express"

	CatchAllLogGroup = "eda-demo-all"
)
