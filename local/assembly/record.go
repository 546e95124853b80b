package assembly

import (
	"os"
	"path/filepath"
)

// record says which assembly and programs belong to a state of the sources. It
// holds no paths, so that the app's folder may be moved.
type record struct {
	// App is the state of the app that wrote the assembly.
	App fingerprint
	// Programs are the names of newer programs, by Go package; none if those of
	// the assembly are current.
	Programs map[string]string
}

// open opens the assembly that belongs to the sources, if it and the programs
// are all there.
func (c *cache) open(sources fingerprint, r record) (*Assembly, error) {
	a, err := Open(c.assemblyDir(r.App))
	if err != nil {
		return nil, err
	}
	a.sources, a.programs = sources, map[string]string{}
	for pkg, name := range r.Programs {
		folder := filepath.Join(c.programsDir(sources), name)
		if _, err := os.Stat(filepath.Join(folder, "bootstrap")); err != nil {
			return nil, err
		}
		a.programs[pkg] = folder
	}
	return a, nil
}
