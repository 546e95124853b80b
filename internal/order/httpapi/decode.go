package httpapi

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
	"eda-demo/internal/problem"
)

// placement is what the body of POST /order asks for.
type placement struct {
	ID     order.ID
	Amount money.Amount
}

// readPlacement reads the body of POST /order:
//
//	{"id": integer 1 … 2^53-1, "amount": number 0.01 … 1000000000, at most two decimals}
//
// Numbers are taken by value, so 1e2 and 100.0 are 100; numbers in strings are
// refused.
func readPlacement(request events.APIGatewayV2HTTPRequest) (placement, *problem.Details) {
	var p placement
	refused := endpoint.ReadObject(request,
		endpoint.Field{Name: "id", Read: readID(&p.ID)},
		endpoint.Field{Name: "amount", Read: endpoint.Price(&p.Amount)})
	return p, refused
}

func readID(id *order.ID) func(json.RawMessage) string {
	return func(text json.RawMessage) (wrong string) {
		parsed, err := order.ParseID(string(text))
		if err != nil {
			return "must be an integer from 1 to 9007199254740991"
		}
		*id = parsed
		return ""
	}
}
