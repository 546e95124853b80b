package program

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Folders unpacks archives: each into a folder that is named after the SHA-256
// of the archive and is there as long as a program in it is in use. It is safe
// for concurrent use.
type Folders struct {
	mu        sync.Mutex
	dir       string // "" as long as a temporary one is not needed
	temporary bool
	unpacked  map[string]*folder // by name
	closed    bool
}

// folder is an archive that is unpacked once, for all who use it.
type folder struct {
	uses int
	once sync.Once
	err  error
}

// NewFolders returns one that unpacks into dir, which is created if need be
// and belongs to it alone; "" is a temporary one. Folders that an earlier
// process has left in dir are used again.
func NewFolders(dir string) *Folders {
	return &Folders{dir: dir, temporary: dir == "", unpacked: map[string]*folder{}}
}

// Close removes all folders that are not in use and, if dir is temporary, the
// others too: end the programs first.
func (f *Folders) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.dir == "" {
		return nil
	}
	if f.temporary {
		return os.RemoveAll(f.dir)
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("remove unused programs: %w", err)
	}
	for _, entry := range entries {
		if f.unpacked[entry.Name()] != nil {
			continue
		}
		if err := os.RemoveAll(filepath.Join(f.dir, entry.Name())); err != nil {
			return fmt.Errorf("remove an unused program: %w", err)
		}
	}
	return nil
}

// unpack returns the folder of the archive with the given digest, and what
// ends its use.
func (f *Folders) unpack(archive io.ReaderAt, size int64, digest []byte) (dir string, release func() error, err error) {
	id := hex.EncodeToString(digest)
	parent, used, err := f.use(id)
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(parent, id)
	used.once.Do(func() { used.err = unpackInto(archive, size, parent, dir) })
	if used.err != nil {
		return "", nil, joinRelease(used.err, f.release(id, used))
	}
	return dir, sync.OnceValue(func() error { return f.release(id, used) }), nil
}

func joinRelease(err, release error) error {
	if release != nil {
		return fmt.Errorf("%w; afterwards: %w", err, release)
	}
	return err
}

func (f *Folders) use(id string) (parent string, used *folder, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return "", nil, fmt.Errorf("unpack an archive: the Lambda service is shut down")
	}
	if err := f.makeDir(); err != nil {
		return "", nil, fmt.Errorf("make a folder for programs: %w", err)
	}
	used = f.unpacked[id]
	if used == nil {
		used = &folder{}
		f.unpacked[id] = used
	}
	used.uses++
	return f.dir, used, nil
}

func (f *Folders) makeDir() (err error) {
	if f.dir != "" {
		return os.MkdirAll(f.dir, 0o755)
	}
	f.dir, err = os.MkdirTemp("", "lambda-programs-")
	return err
}

// release removes the folder with its last use.
func (f *Folders) release(id string, used *folder) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if used.uses--; used.uses > 0 {
		return nil
	}
	delete(f.unpacked, id)
	if f.closed {
		return nil // Close has decided what stays
	}
	if err := os.RemoveAll(filepath.Join(f.dir, id)); err != nil {
		return fmt.Errorf("remove an unused program: %w", err)
	}
	return nil
}

// unpackInto unpacks an archive into a folder that is there whole or not at
// all.
func unpackInto(archive io.ReaderAt, size int64, parent, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return check(dir)
	}
	return unpackWhole(archive, size, parent, dir, check)
}

// UnpackFile unpacks the archive at path into dir, unless dir is there: then it
// has been unpacked before, even by another process at this moment. It does not
// ask whether the program in it can be started.
func UnpackFile(path, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	archive, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("unpack an archive: %w", err)
	}
	defer archive.Close()
	info, err := archive.Stat()
	if err != nil {
		return fmt.Errorf("unpack an archive: %w", err)
	}
	err = unpackWhole(archive, info.Size(), filepath.Dir(dir), dir, func(string) error { return nil })
	if _, missing := os.Stat(dir); err != nil && missing == nil {
		return nil
	}
	return err
}

func unpackWhole(archive io.ReaderAt, size int64, parent, dir string, accept func(dir string) error) error {
	unfinished, err := os.MkdirTemp(parent, "unfinished-")
	if err != nil {
		return fmt.Errorf("unpack an archive: %w", err)
	}
	defer os.RemoveAll(unfinished) // which is gone if all went well
	if err := unzip(archive, size, unfinished); err != nil {
		return err
	}
	if err := accept(unfinished); err != nil {
		return err
	}
	if err := os.Chmod(unfinished, 0o755); err != nil {
		return fmt.Errorf("unpack an archive: %w", err)
	}
	if err := os.Rename(unfinished, dir); err != nil {
		return fmt.Errorf("unpack an archive: %w", err)
	}
	return nil
}
