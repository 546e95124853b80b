//go:build !linux

package sandbox

import "syscall"

// attributes put a process into a group of its own. If the runner is killed,
// the process ends when its next request to the Runtime API fails.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
