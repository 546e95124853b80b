package gobuild

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// install moves each compiled program from fresh/<name> to
// out/<name>/bootstrap and returns the programs with their folders.
func install(fresh, out string, programs []Program) ([]Program, error) {
	for i := range programs {
		p := &programs[i]
		p.Dir = filepath.Join(out, p.Name)
		if err := os.MkdirAll(p.Dir, 0o755); err != nil {
			return nil, fmt.Errorf("create the folder of program %s: %w", p.Name, err)
		}
		if err := replace(filepath.Join(p.Dir, executable), filepath.Join(fresh, p.Name)); err != nil {
			return nil, fmt.Errorf("install program %s: %w", p.Name, err)
		}
	}
	return programs, nil
}

// replace renames source to target unless both hold the same bytes. A reader
// of target sees the old program or the new one, never half of one, and a
// process that runs the old one keeps it.
func replace(target, source string) error {
	same, err := sameBytes(target, source)
	if err != nil || same {
		return err
	}
	return os.Rename(source, target)
}

// sameBytes reports whether two files hold the same bytes; a target that does
// not exist holds none.
func sameBytes(target, source string) (bool, error) {
	old, err := os.ReadFile(target)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	fresh, err := os.ReadFile(source)
	if err != nil {
		return false, err
	}
	return bytes.Equal(old, fresh), nil
}
