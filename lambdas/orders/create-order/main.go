// Program create-order answers POST /order.
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
	"eda-demo/internal/order/httpapi"
)

func main() {
	log := lambdalog.New(os.Stdout, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	env, err := awsenv.Read(os.Getenv, "ORDERS_TABLE")
	if err != nil {
		log.Error("create-order cannot start", "error", err)
		os.Exit(1)
	}
	store := dynamostore.New(dynamodb.NewFromConfig(env.AWS), env.Vars["ORDERS_TABLE"])
	service := order.NewService(store, time.Now, event.NewID, log)
	lambda.Start(httpapi.Place(service, log))
}
