// Program issue-ticket issues the tickets of bookings that have a seat.
package main

import (
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/ticket"
)

func main() {
	lambdastart.Run("issue-ticket", []string{"TICKETS_TABLE"}, func(env awsenv.Env, log *slog.Logger) (any, error) {
		tickets := dynamotable.New[string, ticket.Ticket](dynamodb.NewFromConfig(env.AWS), env.Vars["TICKETS_TABLE"], "bookingId")
		return ticket.NewService(tickets, time.Now, event.NewID, log).Handle, nil
	})
}
