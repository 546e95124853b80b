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
	// Programs are those that are newer than the assembly's, by Go package.
	Programs map[string]program
}

// open opens the assembly that belongs to the sources, if it and the programs
// are all there.
func (c *cache) open(sources fingerprint, r record) (*Assembly, error) {
	a, err := Open(c.assemblyDir(r.App))
	if err != nil {
		return nil, err
	}
	a.sources = sources
	for _, newer := range r.Programs {
		if _, err := os.Stat(filepath.Join(c.programsDir(sources), newer.Name, bootstrap)); err != nil {
			return nil, err
		}
	}
	return a, a.use(r.Programs, c.programsDir(sources))
}
