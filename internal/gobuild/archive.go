package gobuild

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// level is how hard an archive is compressed: beyond it, 1 % less takes half as
// long again.
const level = 5

// Archives returns the deployment package of each program by its main package:
// a zip archive of the executable and nothing else, beside the program's
// folder and named after the executable's SHA-256. The same program gives the
// same bytes, and is compressed once; the archive that it had before is removed.
//
// The CDK CLI can compress folders itself. It does so with JavaScript, in a
// quarter of a second a program, each time it finds an empty cdk.out.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
func Archives(programs []Program) (map[string]string, error) {
	paths, failures := make([]string, len(programs)), make([]error, len(programs))
	var work sync.WaitGroup
	for i, p := range programs {
		work.Go(func() { paths[i], failures[i] = p.archive() })
	}
	work.Wait()
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	archives := make(map[string]string, len(programs))
	for i, p := range programs {
		archives[p.Package] = paths[i]
	}
	return archives, nil
}

// archive returns the path of the program's archive, which it makes unless it
// is there.
func (p Program) archive() (string, error) {
	raw, err := os.ReadFile(filepath.Join(p.Dir, executable))
	if err != nil {
		return "", fmt.Errorf("archive program %s: %w", p.Name, err)
	}
	path := fmt.Sprintf("%s.%x.zip", p.Dir, sha256.Sum256(raw))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := p.writeArchive(path, raw); err != nil {
		return "", fmt.Errorf("archive program %s: %w", p.Name, err)
	}
	return path, nil
}

// writeArchive makes the archive of an executable.
func (p Program) writeArchive(path string, raw []byte) error {
	packed, err := compress(raw)
	if err != nil {
		return err
	}
	if err := writeWhole(path, packed); err != nil {
		return err
	}
	return p.removeArchives(path)
}

// removeArchives removes the archives of earlier builds.
func (p Program) removeArchives(except string) error {
	beside, err := os.ReadDir(filepath.Dir(p.Dir))
	if err != nil {
		return err
	}
	for _, entry := range beside {
		name := entry.Name()
		if !strings.HasPrefix(name, p.Name+".") || filepath.Ext(name) != ".zip" || name == filepath.Base(except) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(p.Dir), name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// compress returns a zip archive with the executable, which has the same time
// and mode whenever and wherever it is made.
func compress(raw []byte) ([]byte, error) {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	archive.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, level) })
	header := &zip.FileHeader{Name: executable, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)} // the earliest there is
	header.SetMode(0o755)
	file, err := archive.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(raw); err != nil {
		return nil, err
	}
	err = archive.Close()
	return packed.Bytes(), err
}
