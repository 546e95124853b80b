package lambdastart_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"eda-demo/internal/awsenv"
	"eda-demo/internal/lambdastart"
)

// TestMain is a Lambda program if it is told so, and else runs the tests.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	lambdastart.Run("greet", []string{"GREETING"}, func(env awsenv.Env, log *slog.Logger) (any, error) {
		if env.Vars["GREETING"] == "rude" {
			return nil, errors.New("that is no greeting")
		}
		return func(ctx context.Context, name string) (string, error) {
			log.InfoContext(ctx, "greeted")
			return env.Vars["GREETING"] + " " + name, nil
		}, nil
	})
}

// program is this test's binary as a Lambda program with nothing in its
// environment but what is given.
func program(t *testing.T, out io.Writer, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatalf("finding the test's own program: %v", err)
	}
	cmd := exec.Command(self)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	return cmd
}

// runtimeAPI is a Lambda Runtime API with one event for its program:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func runtimeAPI(event string) (api http.Handler, answers <-chan string) {
	events, answered := make(chan string, 1), make(chan string, 1)
	events <- event
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case event := <-events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "r-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
			fmt.Fprint(w, event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/r-1/{outcome}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			body = []byte(err.Error())
		}
		w.WriteHeader(http.StatusAccepted)
		answered <- r.PathValue("outcome") + " " + string(body)
	})
	return mux, answered
}

func TestRun(t *testing.T) {
	api, answers := runtimeAPI(`"world"`)
	server := httptest.NewServer(api)
	defer server.Close()
	var out bytes.Buffer
	cmd := program(t, &out, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"),
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=s", "GREETING=hello")
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting the program: %v", err)
	}
	select {
	case got := <-answers:
		if want := `response "hello world"`; got != want {
			t.Errorf("the program answers %s, want %s", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Error("the program does not answer")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Errorf("ending the program: %v", err)
	}
	_ = cmd.Wait() // It was killed.
	if got := out.String(); !strings.Contains(got, `"message":"greeted","requestId":"r-1"`) {
		t.Errorf("the log is %q, want the handler's line with the request's id", got)
	}
}

// TestRunRefuses: what is in the way of a start is told, and the status says
// that there is something.
func TestRunRefuses(t *testing.T) {
	runtime := []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "AWS_REGION=us-east-1"}
	for _, tt := range []struct {
		env  []string
		want string
	}{
		{runtime, "reading the environment: not set: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, GREETING"},
		{append(runtime, "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=s", "GREETING=rude"), "that is no greeting"},
	} {
		var out bytes.Buffer
		err := program(t, &out, tt.env...).Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("the program ends with %v, want exit status 1", err)
		}
		if want := `"message":"greet cannot start","error":"` + tt.want + `"`; !strings.Contains(out.String(), want) {
			t.Errorf("the log is %q, want %s in it", out.String(), want)
		}
	}
}
