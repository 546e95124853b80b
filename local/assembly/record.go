package assembly

import (
	"os"
	"path/filepath"
)

// record says which assembly and programs belong to a state of the sources.
type record struct {
	Assembly string            // folder
	Programs map[string]string // folder by Go package; empty if the assembly's own are current
}

func (r record) open() (*Assembly, error) {
	opened, err := Open(r.Assembly)
	if err != nil {
		return nil, err
	}
	opened.programs = r.Programs
	return opened, nil
}

// valid tells whether everything that the record names is still there.
func (r record) valid() bool {
	for _, folder := range r.Programs {
		if _, err := os.Stat(filepath.Join(folder, "bootstrap")); err != nil {
			return false
		}
	}
	_, err := os.Stat(filepath.Join(r.Assembly, "manifest.json"))
	return err == nil
}
