// Program publish-events puts the events that a table's writes announce on a
// bus. Each service has a function of it with a source of its own.
package main

import (
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdastart"
	"eda-demo/internal/outbox"
	"eda-demo/internal/outbox/eventbus"
)

func main() {
	vars := []string{"EVENT_BUS_NAME", "EVENT_SOURCE"}
	lambdastart.Run("publish-events", vars, func(env awsenv.Env, log *slog.Logger) (any, error) {
		bus := eventbus.New(eventbridge.NewFromConfig(env.AWS), env.Vars["EVENT_BUS_NAME"], env.Vars["EVENT_SOURCE"])
		return outbox.NewPublisher(bus, log).Handle, nil
	})
}
