package main

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"eda-demo/local/assembly"
)

// assemblies are those that the app was synthesized to and that functions may
// use programs of: the one that runs, to which a failed update goes back however
// many failed before it, and the one that is to run.
type assemblies struct {
	mu            sync.Mutex
	running, next *assembly.Assembly // nil if there is none
}

// add makes an assembly known before it is deployed.
func (a *assemblies) add(next *assembly.Assembly) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next = next
}

// deployed tells that an assembly runs.
func (a *assemblies) deployed(running *assembly.Assembly) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running = running
}

// code is the folder of a program, by the S3 key that its asset would have. If
// no assembly has it, the error is an fs.ErrNotExist.
func (a *assemblies) code(key string) (folder string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range []*assembly.Assembly{a.next, a.running} {
		if one == nil {
			continue
		}
		if folder, err = one.Code(key); !errors.Is(err, fs.ErrNotExist) {
			return folder, err
		}
	}
	return "", fmt.Errorf("no assembly has %s: %w", key, fs.ErrNotExist)
}
