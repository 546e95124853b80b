// Program process-payment takes or declines the payments of bookings, and gives
// them back.
package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/money"
	"eda-demo/internal/payment"
)

func main() {
	vars := []string{"PAYMENTS_TABLE", "PAYMENT_LIMIT"}
	lambdastart.Run("process-payment", vars, func(env awsenv.Env, log *slog.Logger) (any, error) {
		limit, err := money.ParsePrice(env.Vars["PAYMENT_LIMIT"])
		if err != nil {
			return nil, fmt.Errorf("reading PAYMENT_LIMIT %q: %w", env.Vars["PAYMENT_LIMIT"], err)
		}
		payments := dynamotable.New[string, payment.Payment](dynamodb.NewFromConfig(env.AWS), env.Vars["PAYMENTS_TABLE"], "BookingID")
		return payment.NewService(payments, limit, time.Now, event.NewID, log).Handle, nil
	})
}
