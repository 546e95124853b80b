package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// program is a Lambda program and an event for it.
type program struct {
	name string
	// event has a %d for the number of an order or booking that is new in each
	// run.
	event string
	// needs is the item that must be there before, and the output that names its
	// table; nil if none must.
	needs func(number int) (table string, item map[string]types.AttributeValue)
	// inNode is whether there is a Node.js program that makes the same calls.
	inNode bool
}

var programs = []program{
	{"create-order", request("POST /order", `{\"id\":%[1]d,\"amount\":100}`), nil, true},
	{"get-order", request("GET /order/{id}", ""), storedOrder, true},
	{"update-order", envelope("PaymentSucceeded", "payment-service", `"id":%[1]d`), storedOrder, true},
	{"notification", envelope("OrderCreated", "order-service", `"id":%[1]d,"amount":100`), nil, true},
	{"publish-events", `{"Records":[{"eventID":"1","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":1767225600,"Keys":{"id":{"N":"%[1]d"}},"NewImage":{"id":{"N":"%[1]d"},"updatedAt":{"S":"2026-01-01T00:00:00.000Z"},"outbox":{"M":{"eventId":{"S":"bench-%[1]d"},"detailType":{"S":"BenchmarkPublished"},"detail":{"S":"{\"id\":%[1]d,\"metadata\":{\"eventId\":\"bench-%[1]d\",\"correlationId\":\"bench\",\"schemaVersion\":\"1\"}}"},"at":{"S":"2026-01-01T00:00:00.000Z"}}}},"SequenceNumber":"1","SizeBytes":1,"StreamViewType":"NEW_AND_OLD_IMAGES"}}]}`, nil, true},
	{"create-booking", request("POST /booking", `{\"bookingId\":\"%[1]d\",\"customerId\":\"C\",\"flightId\":\"F\",\"amount\":100}`), nil, false},
	{"get-booking", request("GET /booking/{id}", ""), storedBooking, false},
	{"update-booking", envelope("PaymentConfirmed", "aircraft.payment", bookingDetail+`,"paymentId":"P"`), storedBooking, false},
	{"process-payment", envelope("BookingCreated", "aircraft.booking", bookingDetail), nil, false},
	{"assign-seat", envelope("PaymentConfirmed", "aircraft.payment", bookingDetail+`,"status":"SUCCESS","paymentId":"P"`), nil, false},
	{"get-seats", request("GET /flight/{id}/seats", ""), nil, false},
	{"issue-ticket", envelope("SeatAssigned", "aircraft.seat-assignment", `"bookingId":"%[1]d","customerId":"C","seat":"1A"`), nil, false},
}

const bookingDetail = `"bookingId":"%[1]d","customerId":"C","flightId":"F-%[1]d","amount":100`

// request is what an HTTP API hands over; the id in its path is the number.
func request(route, body string) string {
	method, path, _ := strings.Cut(route, " ")
	path = strings.Replace(path, "{id}", "%[1]d", 1)
	return `{"version":"2.0","routeKey":"` + route + `","rawPath":"` + path + `","headers":{},"requestContext":{"http":{"method":"` + method + `","path":"` + path + `"}},"pathParameters":{"id":"%[1]d"},"body":"` + body + `","isBase64Encoded":false}`
}

// envelope is what a rule hands over; the detail is without metadata.
func envelope(detailType, source, detail string) string {
	return `{"version":"0","id":"bench","detail-type":"` + detailType + `","source":"` + source + `","account":"000000000000","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail":{` + detail + `,"metadata":{"eventId":"bench-%[1]d","correlationId":"bench","schemaVersion":"1"}}}`
}

func storedOrder(id int) (string, map[string]types.AttributeValue) {
	created := map[string]types.AttributeValue{"status": text("OrderCreated"), "at": text(longAgo)}
	return orders.table, map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberN{Value: strconv.Itoa(id)}, "amount": &types.AttributeValueMemberN{Value: "100"},
		"status": created["status"], "createdAt": created["at"], "updatedAt": created["at"], "history": list(created),
	}
}

func storedBooking(number int) (string, map[string]types.AttributeValue) {
	created := map[string]types.AttributeValue{"status": text("BookingCreated"), "at": text(longAgo)}
	return bookings(roomy).table, map[string]types.AttributeValue{
		"bookingId": text(strconv.Itoa(number)), "customerId": text("C"), "flightId": text("F"), "amount": &types.AttributeValueMemberN{Value: "100"},
		"status": created["status"], "created": created["at"], "updated": created["at"], "history": list(created),
	}
}

const longAgo = "2026-01-01T00:00:00.000Z"

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func list(only map[string]types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberM{Value: only}}}
}
