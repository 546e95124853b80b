package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
)

// summary is an order as POST /order answers it.
type summary struct {
	ID     order.ID     `json:"id"`
	Amount money.Amount `json:"amount"`
	Status order.Status `json:"status"`
}

// whole is an order as GET /order/{id} answers it.
type whole struct {
	summary
	Created string   `json:"created"`
	Updated string   `json:"updated"`
	History []change `json:"history"`
}

type change struct {
	Status order.Status `json:"status"`
	At     string       `json:"at"`
}

func summarize(o order.Order) summary {
	return summary{ID: o.ID, Amount: o.Amount, Status: o.Status}
}

func accepted(o order.Order) events.APIGatewayV2HTTPResponse {
	answer := endpoint.Answer(http.StatusAccepted, summarize(o))
	answer.Headers["Location"] = "/order/" + strconv.FormatInt(int64(o.ID), 10)
	return answer
}

func shown(o order.Order) events.APIGatewayV2HTTPResponse {
	history := make([]change, len(o.History))
	for i, c := range o.History {
		history[i] = change{Status: c.Status, At: timestamp(c.At)}
	}
	return endpoint.Answer(http.StatusOK, whole{
		summary: summarize(o),
		Created: timestamp(o.Created),
		Updated: timestamp(o.Updated),
		History: history,
	})
}

func timestamp(t time.Time) string {
	return t.UTC().Format(event.TimeFormat)
}
