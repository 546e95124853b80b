// Command eda-demo is the CDK app: configuration, compiled programs, template.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"eda-demo/internal/gobuild"
	"eda-demo/stacks"
)

func main() {
	defer stacks.CloseRuntime()
	log.SetFlags(0)
	// The stack trace of a construct ends at jsii's border: it tells nothing of
	// this code, and the CDK CLI reads all of them again with each event.
	app := awscdk.NewApp(&awscdk.AppProps{Context: &map[string]any{"aws:cdk:disable-creation-stack-traces": true}})
	cfg, err := stacks.ReadConfig(app)
	must(err)
	if cfg.Email == "" {
		log.Print("nobody is subscribed to the notifications: the context email=you@example.com does it")
	}
	if cfg.AlarmEmail == "" {
		log.Print("nobody is told of alarms: the context alarmEmail=you@example.com does it, or email")
	}
	target, err := gobuild.ParseTarget(cfg.Target)
	must(err)
	programs, err := gobuild.Build(context.Background(), ".", target, []string{"./lambdas/..."})
	must(err)
	archives, err := gobuild.Archives(programs)
	must(err)
	_, err = stacks.NewEdaDemo(app, cfg, archives)
	must(err)
	app.Synth(nil)
}

func must(err error) {
	if err != nil {
		stacks.CloseRuntime()
		log.Fatal(err)
	}
}
