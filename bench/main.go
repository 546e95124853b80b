// Command bench measures the system on this machine and prints the tables that
// the README quotes: how fast it is, and with -cost what it costs on AWS.
//
// Everything runs against the local runner that it starts itself; nothing but
// this machine is contacted, except that npm installs the AWS SDK for the
// comparison with Node.js.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

type settings struct {
	orders int
	rounds int
	only   string
	cost   bool
	chaos  bool
	seed   uint64
	root   string // the module's folder
	dir    string // for what is built here
	out    io.Writer
}

// measurement is one table; several may have the same name.
type measurement struct {
	name string
	run  func(ctx context.Context, s settings) (table, error)
}

var measurements = []measurement{
	{"startup", measureStartup},
	{"deploy", measureDeploy},
	{"programs", measurePrograms},
	{"latency", measureLatency},
	{"throughput", measureThroughput},
	{"bookings", measureBookingLatency},
	{"bookings", measureBookingThroughput},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s := settings{out: os.Stdout}
	flag.IntVar(&s.orders, "orders", 0, "orders in each throughput measurement, and half as many bookings of many flights (default 3000)")
	flag.IntVar(&s.rounds, "rounds", 5, "how often each measurement is repeated; the median is printed, with the lowest and highest")
	flag.StringVar(&s.only, "only", "", "measure only `what`: startup, deploy, programs, latency, throughput or bookings")
	flag.BoolVar(&s.cost, "cost", false, "count what orders use, and print what a million of them cost on AWS; nothing else is measured")
	flag.BoolVar(&s.chaos, "chaos", false, "place orders and bookings under faults and judge what came of them; nothing is measured. Without -orders, 2000 of them; a flight is booked for each 500")
	flag.Uint64Var(&s.seed, "seed", 1, "decides, with -chaos, which faults happen")
	flag.Parse()
	s.orders = cmp.Or(s.orders, preset(s))
	if flag.NArg() > 0 || s.orders < 1 || s.rounds < 1 {
		return fmt.Errorf("unusable arguments; see -help")
	}
	var err error
	if s.root, err = moduleRoot(); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "eda-demo-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	fmt.Fprintf(s.out, "%s\n\n", machine())
	if s.chaos {
		return proveUnderFaults(ctx, s)
	}
	if s.cost {
		return printCost(ctx, s)
	}
	return runAll(ctx, s)
}

// preset is the number of orders if it was not given.
func preset(s settings) int {
	if s.chaos {
		return chaosOrders
	}
	return 3000
}

func runAll(ctx context.Context, s settings) error {
	found := false
	for _, m := range measurements {
		if s.only != "" && s.only != m.name {
			continue
		}
		found = true
		fmt.Fprintf(os.Stderr, "measuring %s …\n", m.name)
		result, err := m.run(ctx, s)
		if err != nil {
			return fmt.Errorf("measure %s: %w", m.name, err)
		}
		result.print(s.out)
	}
	if !found {
		return fmt.Errorf("nothing is called %q; see -help", s.only)
	}
	return nil
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's folder: %w", err)
	}
	return filepath.Clean(string(out[:len(out)-1])), nil
}
