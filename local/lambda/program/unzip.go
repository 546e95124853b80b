package program

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Limits of an archive.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	// maxUnzipped is the most that the files may take, in bytes.
	maxUnzipped = 262144000
	// maxFiles bounds the work; AWS names no such limit.
	maxFiles = 20000
)

// In Lambda's words.
var (
	errTooLarge = fmt.Errorf("Unzipped size must be smaller than %d bytes", maxUnzipped)
	errNoZip    = errors.New("Could not unzip uploaded file. Please check your file, then try to upload again.")
)

// unzip writes the files of an archive into a folder that exists, with the
// modes that they have in it.
func unzip(archive io.ReaderAt, size int64, dir string) error {
	reader, err := zip.NewReader(archive, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // which each file is checked for
		return fmt.Errorf("%w (%w)", errNoZip, err)
	}
	if len(reader.File) > maxFiles {
		return fmt.Errorf("the archive has %d files, at most %d can be unpacked", len(reader.File), maxFiles)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack the archive: %w", err)
	}
	defer root.Close()
	left := int64(maxUnzipped)
	for _, file := range reader.File {
		written, err := unzipFile(root, file, left)
		if err != nil {
			return err
		}
		left -= written
	}
	return nil
}

// unzipFile writes one file of at most so many bytes, or makes a folder.
func unzipFile(root *os.Root, file *zip.File, most int64) (written int64, err error) {
	mode := file.Mode()
	switch {
	case strings.Contains(file.Name, `\`) || !filepath.IsLocal(filepath.FromSlash(file.Name)):
		return 0, fmt.Errorf("the archive has a file with the name %q, which leads out of it", file.Name)
	case mode.IsDir():
		return 0, makeFolder(root, file.Name)
	case !mode.IsRegular():
		return 0, fmt.Errorf("the archive has %s, which is neither a file nor a folder", file.Name)
	case file.UncompressedSize64 > uint64(most):
		return 0, errTooLarge
	}
	if err := makeFolder(root, path.Dir(file.Name)); err != nil {
		return 0, err
	}
	if written, err = copyFile(root, file, most); err != nil {
		return 0, fmt.Errorf("unpack %s: %w", file.Name, err)
	}
	return written, nil
}

func makeFolder(root *os.Root, name string) error {
	if err := root.MkdirAll(strings.TrimSuffix(name, "/"), 0o755); err != nil {
		return fmt.Errorf("unpack the archive: %w", err)
	}
	return nil
}

// copyFile writes the contents. The header's size is not relied on.
func copyFile(root *os.Root, file *zip.File, most int64) (written int64, err error) {
	from, err := file.Open()
	if err != nil {
		return 0, fmt.Errorf("%w (%w)", errNoZip, err)
	}
	defer from.Close()
	to, err := root.OpenFile(file.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return 0, errors.New("it is in the archive more than once")
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	written, err = io.Copy(to, io.LimitReader(from, most+1))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w (%w)", errNoZip, err)
	case written > most:
		return 0, errTooLarge
	}
	return written, to.Chmod(file.Mode().Perm())
}
