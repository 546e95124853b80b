package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"eda-demo/local/store"
	"eda-demo/test/system"
)

// runner is a running `go run ./local`.
type runner = system.Runner

// startRunner starts the runner on free ports and returns once it is ready.
func startRunner(outputs string, flags ...string) (*runner, error) {
	return system.StartRunner(runnerPath, outputs, flags...)
}

func TestRunnerPrintsEachEvent(t *testing.T) {
	r := needRunner(t)
	order := placeOrder(t, "100")
	awaitStatus(t, order, "OrderCompleted")
	for _, name := range []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"} {
		line := regexp.MustCompile(fmt.Sprintf(`(?m)^.*%s.*%d.*$`, name, order))
		eventually(t, "a line for "+name, func() error {
			if !line.MatchString(r.Printed()) {
				return errors.New("not printed")
			}
			return nil
		})
	}
}

func TestRunnerStopsCleanly(t *testing.T) {
	needRunner(t)
	t.Parallel()
	r, err := startRunner(t.TempDir() + "/out.json")
	if err != nil {
		t.Fatal(err)
	}
	// An order starts Lambda processes; they must end with the runner.
	postTo(t, outputOf(t, r.Outputs, "ApiEndpoint")+"/order", `{"id":1,"amount":1}`)
	children, err := r.Children()
	if err != nil || len(children) == 0 {
		t.Fatalf("no process of a function is found: %v, %v", children, err)
	}
	r.Stop()
	if code := r.ExitCode(); code != 0 {
		t.Errorf("exit status is %d, want 0; output:\n%s", code, r.Printed())
	}
	for _, pid := range children {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is left: %v", pid, err)
		}
	}
	if _, err := http.Get(r.Endpoint); err == nil {
		t.Errorf("the endpoint %s still answers", r.Endpoint)
	}
}

// TestRunnerAnswersToAnyNameIfAllowed: other machines know it by names that it
// does not know. A web page of another site is refused all the same.
func TestRunnerAnswersToAnyNameIfAllowed(t *testing.T) {
	needRunner(t)
	r, err := startRunner(t.TempDir()+"/out.json", "-allow-remote")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	for _, url := range []string{r.Endpoint + "/", outputOf(t, r.Outputs, "ApiEndpoint") + "/order/1"} {
		for origin, refused := range map[string]bool{"": false, "https://evil.example": true} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Host = "runner.example"
			request.Header.Set("Origin", origin)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, response); (got.status == http.StatusForbidden) != refused {
				t.Errorf("GET %s from %q answers %d %.200s, want it refused: %t", url, origin, got.status, got.body, refused)
			}
		}
	}
}

func TestRunnerRefusesToStart(t *testing.T) {
	needRunner(t)
	data := t.TempDir()
	held, err := store.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		name   string
		flags  []string
		status int
		says   string
	}{
		{"unknown flag", []string{"-nonsense"}, 2, "-nonsense"},
		{"argument", []string{"order"}, 2, `unexpected argument "order"`},
		{"no port", []string{"-addr", "127.0.0.1"}, 2, "not host:port"},
		{"reachable from outside", []string{"-addr", "0.0.0.0:0"}, 2, "-allow-remote"},
		{"context without value", []string{"-context", "stage"}, 2, "not key=value"},
		{"context beside assembly", []string{"-app", "x", "-context", "a=b"}, 2, "leave out"},
		{"no assembly", []string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0", "-app", t.TempDir()}, 1, "no cloud assembly"},
		{"bad context", []string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0", "-context", "stage=moon"}, 1, "moon"},
		{"port in use", []string{"-addr", taken.Addr().String()}, 1, "in use"},
		{"port of the API in use", []string{"-addr", "127.0.0.1:0", "-api-addr", taken.Addr().String()}, 1, "in use"},
		{"state in use", []string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0", "-data", data}, 1, "in use by another runner"},
		{"state in a file", []string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0", "-data", runnerPath}, 1, "create the folder for the state"},
		{"empty beside context", []string{"-empty", "-context", "a=b"}, 2, "-empty starts without an app"},
		{"empty beside outputs", []string{"-empty", "-outputs", "x"}, 2, "there are no outputs"},
		{"empty and watched", []string{"-empty", "-watch"}, 2, "-watch needs an app"},
		{"assembly that is watched", []string{"-app", "x", "-watch"}, 2, "-watch has no effect"},
		{"backoff above 1", []string{"-backoff", "2"}, 2, "between 0 and 1"},
		{"unknown fault", []string{"-chaos", "crush=0.1"}, 2, "the faults are duplicate, delay"},
		{"impossible probability", []string{"-chaos", "crash=1.5"}, 2, "from 0 to 1"},
		{"seed without faults", []string{"-seed", "7"}, 2, "no effect without faults"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, runnerPath, test.flags...)
			command.Dir = "../.."
			out, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != test.status {
				t.Fatalf("exit is %v, want status %d; output:\n%s", err, test.status, out)
			}
			if !strings.Contains(string(out), test.says) {
				t.Errorf("output is\n%s\nwant it to say %q", out, test.says)
			}
			last := lastLine(string(out))
			if test.status == 1 && (!strings.HasPrefix(last, "local: ") || !strings.Contains(last, test.says)) {
				t.Errorf("the last line is %q, want all of the reason in it", last)
			}
		})
	}
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

func TestRunnerShowsHowToUseIt(t *testing.T) {
	r := needRunner(t)
	for _, line := range []string{
		"  export API=" + sut.api + "\n",
		"  export AWS_ENDPOINT_URL=" + r.Endpoint + " AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1\n",
		"  inbox    " + r.Endpoint + "/inbox\n",
		"  console  " + r.Endpoint + "/\n",
	} {
		eventually(t, "the line "+line, func() error {
			if !strings.Contains(r.Printed(), line) {
				return fmt.Errorf("printed is %s", r.Printed())
			}
			return nil
		})
	}
}

func TestRunnerHelps(t *testing.T) {
	needRunner(t)
	out, err := exec.Command(runnerPath, "-help").CombinedOutput()
	if err != nil {
		t.Fatalf("-help ends with %v, want status 0", err)
	}
	for _, name := range []string{"-addr", "-api-addr", "-app", "-context", "-data", "-outputs", "-backoff", "-permissions", "-chaos", "-seed"} {
		if !strings.Contains(string(out), name) {
			t.Errorf("the help does not name %s:\n%s", name, out)
		}
	}
}
