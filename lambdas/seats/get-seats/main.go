// Program get-seats answers GET /flight/{id}/seats.
package main

import (
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/seat"
	"eda-demo/internal/seat/dynamostore"
	"eda-demo/internal/seat/httpapi"
)

func main() {
	vars := []string{"SEATS_TABLE", "FLIGHT_ROWS", "FLIGHT_SEATS"}
	lambdastart.Run("get-seats", vars, func(env awsenv.Env, log *slog.Logger) (any, error) {
		layout, err := seat.NewLayout(env.Vars["FLIGHT_ROWS"], env.Vars["FLIGHT_SEATS"])
		if err != nil {
			return nil, err
		}
		return httpapi.Seats(dynamostore.NewSeats(dynamodb.NewFromConfig(env.AWS), env.Vars["SEATS_TABLE"]), layout, log), nil
	})
}
