package assembly

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// cache keeps assemblies and programs by the fingerprint of their sources.
// What it holds is never changed, only added and pruned.
type cache struct{ dir string }

// kept is how many assemblies, programs and records are kept.
const kept = 6

func (c *cache) assemblyDir(app fingerprint) string {
	return filepath.Join(c.dir, "assemblies", string(app))
}

func (c *cache) programsDir(sources fingerprint) string {
	return filepath.Join(c.dir, "programs", string(sources))
}

func (c *cache) recordFile(sources fingerprint) string {
	return filepath.Join(c.dir, "records", string(sources)+".json")
}

// load returns the assembly that belongs to the sources. Without it, or with a
// part of it missing, it has to be made (again).
func (c *cache) load(sources fingerprint) (*Assembly, bool) {
	var r record
	if err := readJSON(c.recordFile(sources), &r); err != nil {
		return nil, false
	}
	a, err := c.open(sources, r)
	if err != nil {
		return nil, false
	}
	// What is in use is young: prune goes by age.
	now := time.Now()
	for _, path := range []string{c.assemblyDir(r.App), c.programsDir(sources), c.recordFile(sources)} {
		if err := os.Chtimes(path, now, now); err != nil && !os.IsNotExist(err) {
			return nil, false
		}
	}
	return a, true
}

func (c *cache) store(sources fingerprint, r record) error {
	file := c.recordFile(sources)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("remember the assembly: %w", err)
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("remember the assembly: %w", err)
	}
	if err := os.WriteFile(file+".new", raw, 0o644); err != nil {
		return fmt.Errorf("remember the assembly: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("remember the assembly: %w", err)
	}
	for _, name := range []string{"assemblies", "programs", "records"} {
		if err := prune(filepath.Join(c.dir, name)); err != nil {
			return fmt.Errorf("prune old %s: %w", name, err)
		}
	}
	return nil
}

// prune removes all but the youngest entries of a folder.
func prune(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if len(entries) <= kept {
		return nil
	}
	age := map[string]int64{}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			age[entry.Name()] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(age[b.Name()], age[a.Name()]) })
	for _, entry := range entries[kept:] {
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
