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
	app := awscdk.NewApp(nil)
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
	_, err = stacks.NewEdaDemo(app, cfg, gobuild.Dirs(programs))
	must(err)
	app.Synth(nil)
}

func must(err error) {
	if err != nil {
		stacks.CloseRuntime()
		log.Fatal(err)
	}
}
