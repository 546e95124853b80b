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
	Owner    string `json:",omitempty"`
	Shape    tableShape
	Settings settings
}

func (d *definition) keep(tx *store.Tx) {
	tx.Put(tablesBucket, d.Name, keptTable{d.id, d.created, d.owner, d.shape, d.settings})
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
		if log.Created.After(r.labelled) {
			r.labelled = log.Created
		}
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
		stream: records, owner: k.Owner,
	}, nil
}
