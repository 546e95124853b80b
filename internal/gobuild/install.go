package gobuild

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// install moves each compiled program from fresh/<name> to its folder.
func install(fresh string, programs []Program) error {
	for _, p := range programs {
		if err := os.MkdirAll(p.Dir, 0o755); err != nil {
			return fmt.Errorf("create the folder of program %s: %w", p.Name, err)
		}
		if err := replace(filepath.Join(p.Dir, executable), filepath.Join(fresh, p.Name)); err != nil {
			return fmt.Errorf("install program %s: %w", p.Name, err)
		}
	}
	return nil
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

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, raw []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), ".fresh-")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name()) // which is gone if all went well
	_, err = fresh.Write(raw)
	if err := errors.Join(err, fresh.Chmod(0o644), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}
