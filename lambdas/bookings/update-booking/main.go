// Program update-booking lets what the other services say take effect on its
// booking.
package main

import (
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/booking"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdastart"
)

func main() {
	lambdastart.Run("update-booking", []string{"BOOKINGS_TABLE"}, func(env awsenv.Env, log *slog.Logger) (any, error) {
		bookings := dynamotable.New[string, booking.Booking](dynamodb.NewFromConfig(env.AWS), env.Vars["BOOKINGS_TABLE"], "bookingId")
		return booking.NewService(bookings, time.Now, event.NewID, log).Follow, nil
	})
}
