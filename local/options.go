package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"strconv"
	"strings"

	"eda-demo/local/chaos"
)

// options are the command line.
type options struct {
	addr        string
	apiAddr     string
	app         string
	empty       bool
	watch       bool
	context     map[string]string
	data        string
	outputs     string
	backoff     float64
	permissions bool
	allowRemote bool
	chaos       chaos.Spec
	seed        uint64
	seeded      bool // seed was given
}

const usage = `Runs the CDK app of this folder on this machine: the synthesized template, the
same Lambda programs, no AWS account.

Usage: go run ./local [flags]

`

// errUsage marks a command line that can't be used; it is already reported.
var errUsage = errors.New("usage")

// parseOptions reads the command line. It returns flag.ErrHelp after printing
// the help that was asked for.
func parseOptions(args []string, messages io.Writer) (options, error) {
	o := options{context: map[string]string{}}
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(messages)
	flags.Usage = func() {
		fmt.Fprint(messages, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.addr, "addr", "127.0.0.1:4566", "`host:port` where the AWS endpoint listens; port 0 takes a free one")
	flags.StringVar(&o.apiAddr, "api-addr", "127.0.0.1:8080", "`host:port` where the first HTTP API listens; further APIs take the next ports")
	flags.StringVar(&o.app, "app", "", "run the cloud assembly in `directory`, synthesized for this machine, instead of synthesizing the app; its programs are unpacked there")
	flags.Func("context", "CDK context as `key=value`; may be given several times, e.g. -context email=you@example.com", o.addContext)
	flags.BoolVar(&o.empty, "empty", false, "start without an app: deploy it with the CDK CLI, pointed here by AWS_ENDPOINT_URL")
	flags.BoolVar(&o.watch, "watch", false, "update the running app whenever its sources change")
	flags.StringVar(&o.data, "data", "", "keep all state in `directory` and resume from it; otherwise it is gone on exit")
	flags.StringVar(&o.outputs, "outputs", "", "write the stack outputs to `file` once ready, as cdk deploy --outputs-file does")
	flags.Float64Var(&o.backoff, "backoff", 1, "multiply the pauses between retries by `factor`: 1 is as on AWS, less makes failures end sooner")
	flags.BoolVar(&o.permissions, "permissions", false, "print at the end what each role was granted, used and denied; /permissions shows it at any time")
	flags.Func("chaos", "inject faults: `fault=probability,…` of duplicate, delay, reorder, crash, throttle and drop-ack, e.g.\n"+chaos.Example, o.setChaos)
	flags.Uint64Var(&o.seed, "seed", 1, "`number` that decides, with what a fault may hit, whether it does: the same faults for the same seed")
	flags.BoolVar(&o.allowRemote, "allow-remote", false, "allow -addr and -api-addr to be reached from other machines")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, errUsage
	}
	flags.Visit(func(f *flag.Flag) { o.seeded = o.seeded || f.Name == "seed" })
	if err := o.check(flags.Args()); err != nil {
		fmt.Fprintln(messages, "local:", err)
		return o, errUsage
	}
	return o, nil
}

func (o *options) addContext(text string) error {
	key, value, found := strings.Cut(text, "=")
	if !found || key == "" {
		return fmt.Errorf("%q is not key=value", text)
	}
	o.context[key] = value
	return nil
}

func (o *options) setChaos(text string) (err error) {
	o.chaos, err = chaos.Parse(text)
	return err
}

func (o *options) check(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q; see -help", rest[0])
	}
	if o.app != "" && len(o.context) > 0 {
		return errors.New("-context has no effect on an assembly that is already synthesized: leave out -context or -app")
	}
	if o.seeded && len(o.chaos) == 0 {
		return errors.New("-seed has no effect without faults: add -chaos, or leave it out")
	}
	if err := o.checkApp(); err != nil {
		return err
	}
	if o.backoff < 0 || o.backoff > 1 || math.IsNaN(o.backoff) {
		return fmt.Errorf("-backoff %v is not between 0 and 1", o.backoff)
	}
	if err := o.checkAddress("-addr", o.addr); err != nil {
		return err
	}
	return o.checkAddress("-api-addr", o.apiAddr)
}

// checkApp refuses flags about the app that contradict each other.
func (o *options) checkApp() error {
	switch {
	case o.watch && o.app != "":
		return errors.New("-watch has no effect on an assembly that is already synthesized: leave out -watch or -app")
	case o.empty && o.watch:
		return errors.New("-watch needs an app, and -empty starts without one: leave one of them out")
	case o.empty && (o.app != "" || len(o.context) > 0):
		return errors.New("-empty starts without an app: leave out -app and -context, or -empty")
	case o.empty && o.outputs != "":
		return errors.New("-empty starts without an app, so there are no outputs: use --outputs-file of cdk deploy")
	}
	return nil
}

func (o *options) checkAddress(name, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%s %q is not host:port", name, address)
	}
	if number, err := strconv.Atoi(port); err != nil || number < 0 || number > 65535 {
		return fmt.Errorf("%s %q: the port is not a number from 0 to 65535", name, address)
	}
	ip := net.ParseIP(host)
	if host != "localhost" && (ip == nil || !ip.IsLoopback()) && !o.allowRemote {
		return fmt.Errorf("%s %q could be reached from other machines; use 127.0.0.1, or add -allow-remote if you mean it", name, address)
	}
	return nil
}
