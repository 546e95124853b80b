// Program assign-seat gives bookings that are paid their seats.
package main

import (
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/seat"
	"eda-demo/internal/seat/dynamostore"
)

func main() {
	vars := []string{"SEATS_TABLE", "SEAT_ASSIGNMENTS_TABLE", "FLIGHT_ROWS", "FLIGHT_SEATS"}
	lambdastart.Run("assign-seat", vars, func(env awsenv.Env, log *slog.Logger) (any, error) {
		layout, err := seat.NewLayout(env.Vars["FLIGHT_ROWS"], env.Vars["FLIGHT_SEATS"])
		if err != nil {
			return nil, err
		}
		store := dynamostore.New(dynamodb.NewFromConfig(env.AWS), env.Vars["SEATS_TABLE"], env.Vars["SEAT_ASSIGNMENTS_TABLE"])
		return seat.NewService(store, layout, time.Now, event.NewID, log).Handle, nil
	})
}
