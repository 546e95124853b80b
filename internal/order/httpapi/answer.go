package httpapi

import (
	"net/http"
	"strconv"

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
	Created event.Time     `json:"created"`
	Updated event.Time     `json:"updated"`
	History []order.Change `json:"history"`
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
	return endpoint.Answer(http.StatusOK, whole{summarize(o), o.Created, o.Updated, o.History})
}
