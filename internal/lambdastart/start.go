// Package lambdastart starts a Lambda program: what each of them does before it
// can handle its first event.
package lambdastart

import (
	"log/slog"
	"os"
	"runtime"

	"github.com/aws/aws-lambda-go/lambda"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdalog"
)

// Run makes the program's handler, of a kind that lambda.Start takes, and lets
// it handle events until the process ends. The environment has the variables
// named, which must be set. If one is not, or the handler can't be made of them,
// the log says so and the process ends with status 1.
func Run(program string, vars []string, newHandler func(awsenv.Env, *slog.Logger) (handler any, err error)) {
	// A function handles one event at a time and mostly waits for answers. On
	// one processor that takes half the CPU time of two, where goroutines hand
	// over to each other's threads.
	runtime.GOMAXPROCS(1)
	log := lambdalog.New(os.Stdout, os.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	env, err := awsenv.Read(os.Getenv, vars...)
	var handler any
	if err == nil {
		handler, err = newHandler(env, log)
	}
	if err != nil {
		log.Error(program+" cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}
