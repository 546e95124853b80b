// Package statemachines holds the definitions of the Step Functions state
// machines, in the Amazon States Language (https://states-language.net/spec.html).
package statemachines

import _ "embed"

// Payment is the payment service: it decides on the amount of an OrderCreated
// event and publishes PaymentSucceeded or PaymentFailed. The id of the event
// that it publishes follows from the order event's id, so that a repeated
// execution for the same order event publishes the same event again and
// consumers see the repetition.
//
// It holds one substitution, ${EventBusName}: the bus to publish on.
//
//go:embed payment.asl.json
var Payment string
