package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
)

// beRunner is what the test program does instead of testing if
// SANDBOX_TEST_RUNNER is set: it starts a function in that folder, keeps it
// busy, prints the process's id and waits to be killed.
func beRunner(dir string) error {
	server, err := sandbox.Listen()
	if err != nil {
		return err
	}
	f := server.Function(sandbox.Config{
		Dir: dir, Timeout: time.Minute, MaxProcesses: 1, Patience: time.Minute, IdleTime: time.Minute,
		Environ: func(string) []string { return nil }, NewLog: func(string) sandbox.Log { return &journal{} },
	})
	result, err := f.Invoke(context.Background(), sandbox.Invocation{RequestID: "1", Payload: []byte(`{"do":"who"}`)})
	if err != nil {
		return err
	}
	var id identity
	if err := json.Unmarshal(result.Payload, &id); err != nil {
		return err
	}
	go f.Invoke(context.Background(), sandbox.Invocation{RequestID: "2", Payload: []byte(`{"sleep":600000}`)})
	for f.Stats().Invocations < 2 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(id.PID)
	select {}
}

func TestNoProcessOutlivesAKilledRunner(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a busy process at once; elsewhere it ends when it asks for its next invocation")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	runner := exec.Command(self)
	runner.Env = append(os.Environ(), "SANDBOX_TEST_RUNNER="+programDir)
	out, err := runner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	_, scanErr := fmt.Fscan(out, &pid)
	if err := runner.Process.Kill(); err != nil {
		t.Error(err)
	}
	runner.Wait() // the error says that it was killed
	if scanErr != nil || pid == 0 {
		t.Fatalf("the runner printed process id %d: %v", pid, scanErr)
	}
	eventually(t, "the function's process is gone", func() bool { return !alive(pid) })
}
