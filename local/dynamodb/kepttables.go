package dynamodb

import (
	"fmt"
	"time"

	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/store"
)

// tablesBucket keeps the definitions of tables, by their names.
const tablesBucket = "dynamodb.tables"

// keptTable is a definition as the store has it.
type keptTable struct {
	ID       string
	Created  time.Time
	Template bool
	Shape    tableShape
	Settings settings
}

func (d *definition) keep(tx *store.Tx) {
	tx.Put(tablesBucket, d.Name, keptTable{d.id, d.created, d.template, d.shape, d.settings})
}

// load reads what the store has.
func (r *registry) load() error {
	streams, err := stream.Load(r.store)
	if err != nil {
		return err
	}
	enabled := map[string]*stream.Stream{} // by table
	for _, log := range streams {
		r.streams[log.ARN] = log
		if !log.Closed() {
			enabled[log.Table] = log
		}
	}
	kept := map[string]keptTable{}
	err = store.LoadJSON(r.store, tablesBucket, func(name string, k keptTable) error {
		kept[name] = k
		return nil
	})
	if err != nil {
		return err
	}
	for name, k := range kept {
		if r.tables[name], err = r.loadTable(k, enabled[name]); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return nil
}

func (r *registry) loadTable(k keptTable, records *stream.Stream) (*definition, error) {
	schema, err := k.Shape.schema()
	if err != nil {
		return nil, err
	}
	items, err := table.Load(schema, r.store, records)
	if err != nil {
		return nil, err
	}
	return &definition{
		Table: items, arn: r.arn(schema.Name), id: k.ID, created: k.Created, shape: k.Shape, settings: k.Settings,
		stream: records, template: k.Template, waiting: k.Template,
	}, nil
}

// apply creates a table that the template defines. If an earlier run kept it, it gets its items and, unless the view
// type changed, its stream.
func (r *registry) apply(d *definition) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.tables[d.Name]
	d.template, d.arn = true, r.arn(d.Name)
	switch {
	case kept == nil:
		return r.put(d)
	case !kept.waiting:
		return inUse("Table already exists: %s", d.Name)
	}
	if err := kept.CheckSuccessor(d.Schema); err != nil {
		return fmt.Errorf("the data folder holds another table %s: %w", d.Name, err)
	}
	d.Table, d.id, d.created, d.stream = kept.Succeed(d.Schema), kept.id, kept.created, kept.stream
	return r.put(d)
}
