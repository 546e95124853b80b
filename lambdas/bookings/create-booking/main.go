// Program create-booking answers POST /booking.
package main

import (
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/booking"
	"eda-demo/internal/booking/httpapi"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/seat"
)

func main() {
	vars := []string{"BOOKINGS_TABLE", "FLIGHT_ROWS", "FLIGHT_SEATS"}
	lambdastart.Run("create-booking", vars, func(env awsenv.Env, log *slog.Logger) (any, error) {
		layout, err := seat.NewLayout(env.Vars["FLIGHT_ROWS"], env.Vars["FLIGHT_SEATS"])
		if err != nil {
			return nil, err
		}
		bookings := dynamotable.New[string, booking.Booking](dynamodb.NewFromConfig(env.AWS), env.Vars["BOOKINGS_TABLE"], "bookingId")
		return httpapi.Place(booking.NewService(bookings, time.Now, event.NewID, log), layout.Has, log), nil
	})
}
