// Program notification mails what happens to orders.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdalog"
	"eda-demo/internal/notification"
	"eda-demo/internal/notification/dynamoledger"
	"eda-demo/internal/notification/snstopic"
)

func main() {
	log := lambdalog.New(os.Stdout, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	env, err := awsenv.Read(os.Getenv, "TOPIC_ARN", "NOTIFIED_EVENTS_TABLE")
	if err != nil {
		log.Error("notification cannot start", "error", err)
		os.Exit(1)
	}
	ledger := dynamoledger.New(dynamodb.NewFromConfig(env.AWS), env.Vars["NOTIFIED_EVENTS_TABLE"])
	topic := snstopic.New(sns.NewFromConfig(env.AWS), env.Vars["TOPIC_ARN"])
	lambda.Start(notification.NewNotifier(ledger, topic, time.Now, log).Handle)
}
