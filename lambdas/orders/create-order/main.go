// Program create-order answers POST /order.
package main

import (
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/order"
	"eda-demo/internal/order/dynamostore"
	"eda-demo/internal/order/httpapi"
)

func main() {
	lambdastart.Run("create-order", []string{"ORDERS_TABLE"}, func(env awsenv.Env, log *slog.Logger) (any, error) {
		store := dynamostore.New(dynamodb.NewFromConfig(env.AWS), env.Vars["ORDERS_TABLE"])
		return httpapi.Place(order.NewService(store, time.Now, event.NewID, log), log), nil
	})
}
