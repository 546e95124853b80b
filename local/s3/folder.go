package s3

import (
	"crypto/md5"
	"crypto/rand"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// folder is where the content of objects and parts is: a file of each, which
// is never changed.
type folder struct{ dir string }

// filePrefix is what the names of the files begin with: nothing else in the
// folder is touched.
const filePrefix = "object-"

func (f folder) path(file string) string { return filepath.Join(f.dir, file) }

// copyBuffer is how many bytes are copied at a time.
const copyBuffer = 256 << 10

// content is a file that was written.
type content struct {
	file string
	size int64
	md5  []byte
}

// write writes all of a body to a new file, along with whatever hashes want to
// see of it. If that fails, no file is left.
func (f folder) write(body io.Reader, hashes ...hash.Hash) (content, error) {
	name := filePrefix + strings.ToLower(rand.Text())
	file, err := os.OpenFile(f.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return content{}, fmt.Errorf("create a file for an object: %w", err)
	}
	sum := md5.New()
	writers := []io.Writer{file, sum}
	for _, h := range hashes {
		writers = append(writers, h)
	}
	size, err := io.CopyBuffer(io.MultiWriter(writers...), onlyReader{body}, make([]byte, copyBuffer))
	if err = errors.Join(err, file.Close()); err != nil {
		return content{}, errors.Join(fmt.Errorf("write an object: %w", err), f.remove(name))
	}
	return content{name, size, sum.Sum(nil)}, nil
}

// onlyReader hides other methods of a reader, so that the buffer is used.
type onlyReader struct{ io.Reader }

// remove removes a file. It may be gone.
func (f folder) remove(name string) error {
	if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove an object's file: %w", err)
	}
	return nil
}

// has tells whether there is a file of the given size.
func (f folder) has(name string, size int64) bool {
	info, err := os.Stat(f.path(name))
	return err == nil && info.Mode().IsRegular() && info.Size() == size
}

// clean creates the folder, or removes the files in it that nobody keeps.
func (f folder) clean(kept map[string]bool) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("create the folder for objects: %w", err)
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("read the folder for objects: %w", err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), filePrefix) && !kept[entry.Name()] {
			if err := f.remove(entry.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop removes a file that is not needed any more. One that can't be removed
// now is at the next start.
func (s *Service) drop(file string) {
	if err := s.files.remove(file); err != nil {
		s.Log.Warn("an object's file is left over", "error", err)
	}
}
