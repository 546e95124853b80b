package stacks

import (
	"os"

	"github.com/aws/jsii-runtime-go"
)

// CloseRuntime ends the Node.js process that the CDK runs in and removes its
// files; nothing of this package works afterwards, and nothing but package log
// writes to standard error. That is because jsii waits for the process twice
// and says there, one time in two, that one of them was in vain.
func CloseRuntime() {
	os.Stderr = nil
	jsii.Close()
}
