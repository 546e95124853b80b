// Command program is a Lambda function that does what its event says.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do    string `json:"do"`
	Text  string `json:"text"`
	Sleep int    `json:"sleep"` // milliseconds
	Size  int    `json:"size"`
}

func handle(ctx context.Context, e event) (any, error) {
	time.Sleep(time.Duration(e.Sleep) * time.Millisecond)
	if always, err := time.ParseDuration(os.Getenv("SLEEP")); err == nil {
		time.Sleep(always)
	}
	lc, _ := lambdacontext.FromContext(ctx)
	switch e.Do {
	case "":
		return e.Text, nil
	case "who":
		deadline, _ := ctx.Deadline()
		return map[string]any{
			"pid": os.Getpid(), "requestId": lc.AwsRequestID, "arn": lc.InvokedFunctionArn,
			"left": time.Until(deadline).Milliseconds(), "environ": os.Environ(),
		}, nil
	case "fail":
		return nil, errors.New(e.Text)
	case "panic":
		panic(e.Text)
	case "exit":
		os.Exit(7)
	case "print":
		fmt.Println("to stdout", e.Text)
		fmt.Fprintln(os.Stderr, "to stderr", e.Text)
		return "printed", nil
	case "child":
		child := exec.Command("sleep", "600")
		err := child.Start()
		return child.Process.Pid, err
	case "large":
		return string(bytes.Repeat([]byte("x"), e.Size)), nil
	case "broken":
		return io.MultiReader(bytes.NewBufferString(`{"half":`), failing{}), nil
	}
	return nil, fmt.Errorf("can't do %q", e.Do)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("read failed") }

func main() {
	if os.Getenv("FAIL_INIT") != "" {
		fmt.Println("no start today")
		os.Exit(3)
	}
	if text := os.Getenv("STALL"); text != "" {
		time.Sleep(time.Hour)
	}
	lambda.Start(handle)
}
