package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// orders is the order service: its table, the functions that the API invokes,
// the one that follows payments, and the publisher of what the table says.
type orders struct {
	table  awsdynamodb.Table
	create function
	get    function
}

func newOrders(s scope, b bus) orders {
	s = s.child("Orders")
	table := s.table("Table", awsdynamodb.TableProps{
		TableName:    jsii.String(event.OrdersTable),
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_NUMBER},
		Stream:       awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES,
	})
	update := newUpdateOrder(s, table)
	payments := pattern{"source": []any{event.PaymentService}}
	b.route(s, "FilteringPayments", event.OrderRule, payments, toFunction(update))
	b.publisher(s, event.PublishOrderEventsFunction, event.OrderService, table)
	return orders{table: table, create: newCreateOrder(s, table), get: newGetOrder(s, table)}
}

// apiTimeout is that of a function that a client waits for: long enough for a
// few retries of a call to the table, well below the 30 seconds of the API.
const apiTimeout = 10 * time.Second

func newCreateOrder(s scope, table awsdynamodb.Table) function {
	return s.function("CreateOrder", functionProps{
		name:        event.CreateOrderFunction,
		pkg:         createOrderPackage,
		description: "POST /order: accepts an order",
		environment: map[string]*string{"ORDERS_TABLE": table.TableName()},
		timeout:     apiTimeout,
		allowed:     statements{allow(table.TableArn(), "dynamodb:PutItem")},
	})
}

func newGetOrder(s scope, table awsdynamodb.Table) function {
	return s.function("GetOrder", functionProps{
		name:        event.GetOrderFunction,
		pkg:         getOrderPackage,
		description: "GET /order/{id}: shows an order and its history; GET /openapi.json: describes the API",
		environment: map[string]*string{"ORDERS_TABLE": table.TableName()},
		timeout:     apiTimeout,
		allowed:     statements{allow(table.TableArn(), "dynamodb:GetItem")},
	})
}

func newUpdateOrder(s scope, table awsdynamodb.Table) function {
	return s.function("UpdateOrder", functionProps{
		name:        event.UpdateOrderFunction,
		pkg:         updateOrderPackage,
		description: "Completes or cancels an order as its payment went",
		environment: map[string]*string{"ORDERS_TABLE": table.TableName()},
		timeout:     10 * time.Second, // one write and its retries
		allowed:     statements{allow(table.TableArn(), "dynamodb:UpdateItem")},
		invocation:  invocation{asynchronous: true},
	})
}
