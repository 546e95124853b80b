// Program notification mails what happens to orders.
package main

import (
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/notification"
	"eda-demo/internal/notification/dynamoledger"
	"eda-demo/internal/notification/snstopic"
)

func main() {
	vars := []string{"TOPIC_ARN", "NOTIFIED_EVENTS_TABLE"}
	lambdastart.Run("notification", vars, func(env awsenv.Env, log *slog.Logger) (any, error) {
		ledger := dynamoledger.New(dynamodb.NewFromConfig(env.AWS), env.Vars["NOTIFIED_EVENTS_TABLE"])
		topic := snstopic.New(sns.NewFromConfig(env.AWS), env.Vars["TOPIC_ARN"])
		return notification.NewNotifier(ledger, topic, time.Now, log).Handle, nil
	})
}
