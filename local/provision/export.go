package provision

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// useImports counts what a stack imports as in use from the beginning of an
// operation, and what it has imported until now as long as it may go back.
func (e *Engine) useImports(s *state, t *target) {
	e.mu.Lock()
	defer e.mu.Unlock()
	both := slices.Concat(s.Imports, t.imports)
	slices.Sort(both)
	s.Imports = slices.Compact(both)
}

// setOutputs sets the stack's outputs, exports and imports.
func (e *Engine) setOutputs(s *state, t *target) error {
	outputs, err := t.outputs()
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.checkExports(s, outputs); err != nil {
		return err
	}
	s.Outputs, s.Imports, s.Description = outputs, t.imports, t.template.Description
	return nil // kept with the next event
}

// checkExports refuses an export whose name another stack has, and the loss or
// change of one that another stack imports. The engine is locked.
func (e *Engine) checkExports(s *state, outputs []Output) error {
	values := map[string]string{}
	for _, output := range outputs {
		if output.Export == "" {
			continue
		}
		values[output.Export] = output.Value
		if other := e.exporter(output.Export); other != nil && other != s {
			return fmt.Errorf("Export with name %s is already exported by stack %s. Rename the export and try again.", output.Export, other.Identity.Name)
		}
	}
	for _, output := range s.Outputs {
		users := e.importers(output.Export)
		value, kept := values[output.Export]
		switch {
		case output.Export == "" || len(users) == 0:
		case !kept:
			return fmt.Errorf("Export %s cannot be deleted as it is in use by %s", output.Export, strings.Join(users, " and "))
		case value != output.Value:
			return fmt.Errorf("Export %s cannot be updated as it is in use by %s", output.Export, strings.Join(users, " and "))
		}
	}
	return nil
}

func (e *Engine) exporter(export string) *state {
	for _, s := range e.stacks {
		if s.Status != DeleteComplete && slices.ContainsFunc(s.Outputs, func(o Output) bool { return o.Export == export }) {
			return s
		}
	}
	return nil
}

// Exports returns the outputs that stacks export, sorted by their names, with
// the stack of each.
func (e *Engine) Exports() []Export {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Export
	for _, s := range e.stacks {
		for _, output := range s.Outputs {
			if output.Export != "" {
				list = append(list, Export{output.Export, output.Value, s.Identity.ID})
			}
		}
	}
	slices.SortFunc(list, func(a, b Export) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Export is an output that other stacks can import.
type Export struct{ Name, Value, StackID string }

// Importers returns the names of the stacks that import an export.
func (e *Engine) Importers(export string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.importers(export)
}

// importers is Importers for a locked engine.
func (e *Engine) importers(export string) []string {
	var names []string
	for _, s := range e.stacks {
		if s.Status != DeleteComplete && slices.Contains(s.Imports, export) {
			names = append(names, s.Identity.Name)
		}
	}
	return names
}
