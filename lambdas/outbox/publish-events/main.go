// Program publish-events puts the events that a table's writes announce on a
// bus. Each service has a function of it with a source of its own.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdalog"
	"eda-demo/internal/outbox"
	"eda-demo/internal/outbox/eventbus"
)

func main() {
	log := lambdalog.New(os.Stdout, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	env, err := awsenv.Read(os.Getenv, "EVENT_BUS_NAME", "EVENT_SOURCE")
	if err != nil {
		log.Error("publish-events cannot start", "error", err)
		os.Exit(1)
	}
	bus := eventbus.New(eventbridge.NewFromConfig(env.AWS), env.Vars["EVENT_BUS_NAME"], env.Vars["EVENT_SOURCE"])
	lambda.Start(outbox.NewPublisher(bus, log).Handle)
}
