// Program get-booking answers GET /booking/{id}.
package main

import (
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/booking"
	"eda-demo/internal/booking/httpapi"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/lambdastart"
)

func main() {
	lambdastart.Run("get-booking", []string{"BOOKINGS_TABLE"}, func(env awsenv.Env, log *slog.Logger) (any, error) {
		return httpapi.Get(dynamotable.New[string, booking.Booking](dynamodb.NewFromConfig(env.AWS), env.Vars["BOOKINGS_TABLE"], "bookingId"), log), nil
	})
}
