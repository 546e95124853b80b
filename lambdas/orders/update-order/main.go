// Program update-order lets the events of the payment service take effect on
// their orders.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdalog"
	"eda-demo/internal/order"
	"eda-demo/internal/order/dynamostore"
)

func main() {
	log := lambdalog.New(os.Stdout, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	env, err := awsenv.Read(os.Getenv, "ORDERS_TABLE")
	if err != nil {
		log.Error("update-order cannot start", "error", err)
		os.Exit(1)
	}
	store := dynamostore.New(dynamodb.NewFromConfig(env.AWS), env.Vars["ORDERS_TABLE"])
	service := order.NewService(store, time.Now, event.NewID, log)
	lambda.Start(service.HandlePayment)
}
