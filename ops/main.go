// Command ops is for whoever operates the system: it shows dead letters and
// puts them back to where they failed, replays events from the archives, and
// shows what was said about one booking or order. It speaks to AWS through the
// SDK, and to the local runner when AWS_ENDPOINT_URL says so. What it works on it
// finds in the stack.
//
//	go run ./ops redrive                 what is in the dead-letter queues, and why
//	go run ./ops redrive -queue NAME     put it back
//	go run ./ops replay -from 1h         replay the events of the last hour
//	go run ./ops timeline -booking B123  the events about a booking
//	go run ./ops policy                  what an operator has to be allowed
//
// # How a dead letter goes back
//
// EventBridge has no call that delivers an event to one target of one rule. To
// put the event on the bus again would reach every rule that it matches, under
// a new id and in the name of a service that the operator is not. A replay of
// the archive could be confined to the rule, but not to the event. So ops calls
// the rule's target as EventBridge does, with the event as it is in the queue:
//
//   - a function is invoked asynchronously, with Lambda's retries and the
//     function's failure destination behind it;
//   - an execution of a state machine is started under a name made from the
//     event and the rule, so that a second one is refused (in an express state
//     machine it is not: there it relies on its consumers as below);
//   - a log group gets the event in a log stream of the rule's name, at the
//     event's time;
//   - a queue gets it as a message;
//   - another bus gets it by PutEvents: under a new id, there is no other way.
//
// The target is the one that the rule has now. A target with an Input of its own
// gets that; one with an InputPath or InputTransformer is refused by name: ops
// would have to imitate EventBridge there.
//
// What Lambda could not process asynchronously has the event in its record: the
// function is invoked with it again, asynchronously. What it could not process
// of a stream has only the place of the records: they are read from the stream
// again, as long as it has them (24 hours), and the function is invoked with
// them synchronously. Only when it takes all of them the message goes. Later,
// and only if it is asked for, because that reads the whole table, the events
// are taken from the items: each has its latest in its outbox. An event that a
// later write has replaced there is lost; orders and bookings have none such,
// because what follows on an event is not written before the event is published.
//
// A message is deleted after it was put back, never before. Who interrupts ops
// between the two, or runs it twice, has the event delivered twice, as
// EventBridge itself may: the consumers are idempotent and that changes nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // something could not be done
	exitUsage  = 2
)

// console is where a person reads and answers.
type console struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// command is a subcommand. run gets the arguments after its name.
type command struct {
	name  string
	does  string
	usage string
	run   func(ctx context.Context, c console, flags *flag.FlagSet, arguments []string) error
}

func commands() []command {
	return []command{
		{"redrive", "show the dead letters, or put them back to where they failed", redriveUsage, redrive},
		{"replay", "replay events from the archives", replayUsage, replay},
		{"timeline", "show the events about a booking or an order", timelineUsage, timeline},
		{"policy", "print the IAM policy that an operator needs", policyUsage, policy},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, console{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(status)
}

// errUsage is that of arguments that make no sense; what is wrong was said.
var errUsage = errors.New("unusable arguments")

// usageError says what is wrong with the arguments.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func unusable(format string, arguments ...any) error {
	return &usageError{fmt.Sprintf(format, arguments...)}
}

func run(ctx context.Context, c console, arguments []string) int {
	err := dispatch(ctx, c, arguments)
	var usage *usageError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintf(c.err, "ops: %v; `go run ./ops help` shows how to use it\n", err)
		return exitUsage
	}
	fmt.Fprintf(c.err, "ops: %v\n", err)
	return exitFailed
}

func dispatch(ctx context.Context, c console, arguments []string) error {
	if len(arguments) == 0 {
		overview(c.err)
		return errUsage
	}
	name, rest := arguments[0], arguments[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(rest) == 0 {
			overview(c.out)
			return nil
		}
		name, rest = rest[0], []string{"-help"}
	}
	for _, known := range commands() {
		if known.name == name {
			return known.run(ctx, c, known.flags(c), rest)
		}
	}
	return unusable("there is no command %q", name)
}

// flags are the command's flags, none yet, with its help.
func (cmd command) flags(c console) *flag.FlagSet {
	flags := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	flags.SetOutput(c.err)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), cmd.usage, "\nFlags:\n")
		flags.PrintDefaults()
		fmt.Fprint(flags.Output(), environmentUsage)
	}
	return flags
}

// parse reads the flags of a command, which takes no other arguments. Help that
// was asked for is no error, and goes to where output goes.
func parse(c console, flags *flag.FlagSet, arguments []string) error {
	for _, argument := range arguments {
		if argument == "-h" || argument == "-help" || argument == "--help" {
			flags.SetOutput(c.out)
		}
	}
	switch err := flags.Parse(arguments); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return errUsage
	case flags.NArg() > 0:
		return unusable("%s: unexpected argument %q", flags.Name(), flags.Arg(0))
	}
	return nil
}

func overview(out io.Writer) {
	fmt.Fprint(out, "ops operates the system on AWS or in the local runner.\n\n")
	for _, known := range commands() {
		fmt.Fprintf(out, "  go run ./ops %-8s  %s\n", known.name, known.does)
	}
	fmt.Fprint(out, "\n`go run ./ops help COMMAND` tells more.\n", environmentUsage)
}

const environmentUsage = `
Credentials, Region and endpoint are those of the environment, as the AWS CLI
takes them. For the local runner:

  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1

Exit status: 0 done, 1 something could not be done, 2 unusable arguments. (go run
makes a 1 of the 2; a program made by go build does not.)
`
