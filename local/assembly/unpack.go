package assembly

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	lambdaprogram "eda-demo/local/lambda/program"
)

// folderOf is the folder that an archive is unpacked into.
func folderOf(archive string) string { return strings.TrimSuffix(archive, filepath.Ext(archive)) }

// unpackAll unpacks archives at the same time, each beside itself.
func unpackAll(archives []string) error {
	failures := make([]error, len(archives))
	var work sync.WaitGroup
	for i, archive := range archives {
		work.Go(func() {
			if err := lambdaprogram.UnpackFile(archive, folderOf(archive)); err != nil {
				failures[i] = fmt.Errorf("asset %s: %w", filepath.Base(archive), err)
			}
		})
	}
	work.Wait()
	return errors.Join(failures...)
}
