package program

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// MaxUpload is the largest archive that comes within a request, in bytes.
const MaxUpload = 50 << 20

// Program is code that can be started here: a folder with a program named
// bootstrap. Release it when no process runs it any more.
type Program struct {
	// Dir is the folder.
	Dir     string
	release func() error
	measure func() (size int64, digest []byte, err error)
	uses    atomic.Int64 // beyond the first
}

// Open returns the program in a folder, which stays as it is, or in a zip
// archive, which may change or go as soon as Open has returned.
func (f *Folders) Open(path string) (*Program, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the code: %w", err)
	}
	if info.IsDir() {
		return inFolder(path)
	}
	archive, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the code: %w", err)
	}
	defer archive.Close()
	return f.open(archive, info.Size())
}

// Unpack returns the program in a zip archive.
func (f *Folders) Unpack(archive []byte) (*Program, error) {
	if len(archive) > MaxUpload {
		return nil, fmt.Errorf("the archive has %d bytes, at most %d can be uploaded in a request", len(archive), MaxUpload)
	}
	return f.open(bytes.NewReader(archive), int64(len(archive)))
}

func (f *Folders) open(archive io.ReaderAt, size int64) (*Program, error) {
	if size > maxUnzipped {
		return nil, errTooLarge
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(archive, 0, size)); err != nil {
		return nil, fmt.Errorf("read the code: %w", err)
	}
	digest := sum.Sum(nil)
	dir, release, err := f.unpack(archive, size, digest)
	if err != nil {
		return nil, err
	}
	measure := func() (int64, []byte, error) { return size, digest, nil }
	return &Program{Dir: dir, release: release, measure: measure}, nil
}

// inFolder measures a program when it is asked for: starting many functions
// should not take reading all of their programs.
func inFolder(dir string) (*Program, error) {
	if err := check(dir); err != nil {
		return nil, err
	}
	var size int64
	var digest []byte
	measured := sync.OnceValue(func() error {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("measure the program: %w", err)
		}
		sum := sha256.Sum256(raw)
		size, digest = int64(len(raw)), sum[:]
		return nil
	})
	return &Program{Dir: dir, release: func() error { return nil }, measure: func() (int64, []byte, error) {
		err := measured()
		return size, digest, err
	}}, nil
}

// Use begins another use of the program, which has to be released, too.
func (p *Program) Use() *Program {
	p.uses.Add(1)
	return p
}

// Release ends one use of the program.
func (p *Program) Release() error {
	if p.uses.Add(-1) >= 0 {
		return nil
	}
	return p.release()
}

// Measure returns the size, in bytes, and the SHA-256 of the archive; of a
// folder, those of the program in it, since there is no archive.
func (p *Program) Measure() (size int64, digest []byte, err error) { return p.measure() }
