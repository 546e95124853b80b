package trace_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"eda-demo/internal/trace"
)

const header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"

// TestMain is also the program of a function: see TestHeaderOfAnInvocation.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(func(ctx context.Context) (string, error) { return trace.Header(ctx), nil })
	}
	os.Exit(m.Run())
}

// TestHeaderOfAnInvocation runs a function against the Runtime API: that the
// header is where it is looked for is not promised by the library.
func TestHeaderOfAnInvocation(t *testing.T) {
	answer := make(chan string, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/next") {
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "r-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "99999999999999")
			w.Header().Set("Lambda-Runtime-Trace-Id", header)
			_, _ = w.Write([]byte("{}"))
			return
		}
		body := make([]byte, 1000)
		n, _ := r.Body.Read(body)
		select {
		case answer <- string(body[:n]):
		default:
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer api.Close()
	ctx, cancel := context.WithCancel(t.Context())
	program := exec.CommandContext(ctx, os.Args[0])
	program.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"))
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	if got, want := <-answer, `"`+header+`"`; got != want {
		t.Errorf("the invocation's trace is %s, want %s", got, want)
	}
	cancel()
	_ = program.Wait() // killed
}

func TestHeader(t *testing.T) {
	for given, want := range map[any]string{
		header: header, nil: "", 7: "", strings.Repeat("x", 500): strings.Repeat("x", 500), strings.Repeat("x", 501): "",
	} {
		//lint:ignore SA1029 the key is the library's
		if got := trace.Header(context.WithValue(context.Background(), "x-amzn-trace-id", given)); got != want {
			t.Errorf("Header with %v = %q, want %q", given, got, want)
		}
	}
	if got := trace.Header(context.Background()); got != "" {
		t.Errorf("Header outside of an invocation = %q, want none", got)
	}
}
