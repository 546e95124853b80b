// Program process-payment takes or declines the payments of bookings, and gives
// them back.
package main

import (
	"log/slog"
	"os"
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
	lambdastart.Run("process-payment", vars, func(env awsenv.Env, log *slog.Logger) any {
		limit, err := money.ParsePrice(env.Vars["PAYMENT_LIMIT"])
		if err != nil {
			log.Error("process-payment cannot start", "PAYMENT_LIMIT", env.Vars["PAYMENT_LIMIT"], "error", err)
			os.Exit(1)
		}
		payments := dynamotable.New[string, payment.Payment](dynamodb.NewFromConfig(env.AWS), env.Vars["PAYMENTS_TABLE"], "BookingID")
		return payment.NewService(payments, limit, time.Now, event.NewID, log).Handle
	})
}
