package main

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"eda-demo/local/assembly"
)

// assemblies are those that the app was synthesized to, the newest first.
// Functions may use programs of all of them until they are updated.
type assemblies struct {
	mu  sync.Mutex
	all []*assembly.Assembly
}

// assembliesKept is how many assemblies are of use: the one that runs, the one
// that is to run, and the one to roll back to.
const assembliesKept = 3

func (a *assemblies) add(newest *assembly.Assembly) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append([]*assembly.Assembly{newest}, a.all...)
	a.all = a.all[:min(len(a.all), assembliesKept)]
}

// code is the folder of a program, by the S3 key that its asset would have. If
// no assembly has it, the error is an fs.ErrNotExist.
func (a *assemblies) code(key string) (folder string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.all {
		if folder, err = one.Code(key); !errors.Is(err, fs.ErrNotExist) {
			return folder, err
		}
	}
	return "", fmt.Errorf("no assembly has %s: %w", key, fs.ErrNotExist)
}
