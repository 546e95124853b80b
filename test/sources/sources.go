// Package sources is for tests that see the module through other processes,
// such as the Go command or the compiled runner. The cache of `go test` knows
// only what the test itself imports and opens: without more, such a test would
// report its last result although the code it is about has changed.
package sources

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// Watch looks into every source folder below root, so that the calling test is
// run again once a file in one was added, changed or removed. Folders of what is
// built or downloaded are left out. It works within a test only: what TestMain
// opens before it runs the tests is not noted.
func Watch(root string) error {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && generated(entry.Name()) {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("watch the sources in %s: %w", root, err)
	}
	return nil
}

func generated(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "cdk.out" || folder == "node_modules"
}
