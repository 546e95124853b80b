package dynamodb

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/store"
)

// registry holds the tables and streams of the account. It is safe for concurrent use.
type registry struct {
	account, region string
	store           *store.Store

	mu      sync.RWMutex
	tables  map[string]*definition
	streams map[string]*stream.Stream // by ARN, disabled ones included for as long as their records are kept
	// labelled is the time that labels the newest stream.
	labelled time.Time
}

// definition is a table and what DescribeTable tells about it. A definition is never changed, but replaced.
type definition struct {
	*table.Table
	arn, id  string
	created  time.Time
	shape    tableShape
	settings settings
	stream   *stream.Stream // nil if disabled
	owner    string         // the key of the resource, "" for a table of CreateTable
}

// settings are what can be changed of a table.
type settings struct {
	Billing      string // PAY_PER_REQUEST or PROVISIONED
	Throughput   throughput
	Class        string
	Protected    bool
	View         stream.ViewType // "" if there is no stream
	TTL          string          // the attribute of Time to Live, "" if disabled
	Recovery     bool            // point-in-time recovery
	Encryption   string          // the KMS key, "" for DynamoDB's own
	Tags         []tag
	IndexDetails map[string]throughput
}

func newRegistry(account, region string, in *store.Store) *registry {
	return &registry{account: account, region: region, store: in, tables: map[string]*definition{}, streams: map[string]*stream.Stream{}}
}

func (r *registry) arn(name string) string {
	return "arn:aws:dynamodb:" + r.region + ":" + r.account + ":table/" + name
}

// nameOf takes a table's name or its ARN, as the parameter TableName allows both.
func (r *registry) nameOf(nameOrARN string) string {
	return strings.TrimPrefix(nameOrARN, r.arn(""))
}

func (r *registry) find(nameOrARN string) *definition {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.tables[r.nameOf(nameOrARN)]
}

// table finds a table for an operation on items.
func (r *registry) table(nameOrARN string) (*definition, error) {
	if d := r.find(nameOrARN); d != nil {
		return d, nil
	}
	return nil, notFound("Requested resource not found")
}

// described finds a table for an operation on tables.
func (r *registry) described(nameOrARN string) (*definition, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.existing(nameOrARN)
}

func (r *registry) names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Sorted(maps.Keys(r.tables))
}

// create adds a table.
func (r *registry) create(d *definition) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tables[d.Name] != nil {
		return inUse("Table already exists: %s", d.Name)
	}
	d.arn = r.arn(d.Name)
	return r.put(d)
}

// adopt makes the table that d defines, of the one of its name that there is: its items stay, and so does its stream,
// unless the view type is another. If it is not sure that the table is that of d's resource, it must have been before.
func (r *registry) adopt(d *definition, sure bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	d.arn = r.arn(d.Name)
	kept := r.tables[d.Name]
	switch {
	case kept == nil:
		return r.put(d)
	case !sure && kept.owner != d.owner:
		return inUse("Table already exists: %s", d.Name)
	}
	if err := kept.CheckSuccessor(d.Schema); err != nil {
		return fmt.Errorf("the data folder holds another table %s: %w", d.Name, err)
	}
	d.Table, d.id, d.created, d.stream = kept.Table, kept.id, kept.created, kept.stream
	return r.put(d)
}

// delete removes a table, unless it is protected, and returns what it was. Its stream stays readable.
func (r *registry) delete(nameOrARN string) (*definition, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, err := r.existing(nameOrARN)
	if err != nil {
		return nil, err
	}
	if d.settings.Protected {
		return nil, invalid.Errorf("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	if err := d.Remove(func(tx *store.Tx) { tx.Delete(tablesBucket, d.Name) }); err != nil {
		return nil, fmt.Errorf("remove table %s: %w", d.Name, err)
	}
	delete(r.tables, d.Name)
	return d, nil
}

// existing is described for those who have the lock.
func (r *registry) existing(nameOrARN string) (*definition, error) {
	if d := r.tables[r.nameOf(nameOrARN)]; d != nil {
		return d, nil
	}
	return nil, notFound("Requested resource not found: Table: %s not found", r.nameOf(nameOrARN))
}

// update changes a table and returns its new definition. change gets a copy, of which it replaces what it changes.
func (r *registry) update(nameOrARN string, change func(*definition) error) (*definition, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, err := r.existing(nameOrARN)
	if err != nil {
		return nil, err
	}
	changed := *d
	if err := change(&changed); err != nil {
		return nil, err
	}
	return &changed, r.put(&changed)
}

// put makes d the definition of its table: its indexes are as its shape wants them, its stream is as its settings want
// it. Nothing changes if that fails. It needs the lock.
func (r *registry) put(d *definition) error {
	schema, err := d.shape.schema()
	if err != nil {
		return err
	}
	switch view := d.settings.View; {
	case view == "":
		d.stream = nil
	case d.stream == nil || d.stream.View != view:
		d.stream = r.newStream(d)
	}
	if d.Table, err = d.Change(schema, d.stream, d.keep); err != nil {
		return err
	}
	r.tables[d.Name] = d
	if d.stream != nil {
		r.streams[d.stream.ARN] = d.stream
	}
	return nil
}

// newStream makes a stream with a label that no other stream has had: readers of a stream that is gone must not take the
// next one of the table for it.
func (r *registry) newStream(d *definition) *stream.Stream {
	now := time.Now()
	if earliest := r.labelled.Add(time.Millisecond); now.Before(earliest) {
		now = earliest
	}
	r.labelled = now
	return stream.New(d.arn, d.Name, d.Keys.Names(), d.settings.View, now)
}

func (r *registry) stream(arn string) (*stream.Stream, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if log := r.streams[arn]; log != nil {
		return log, nil
	}
	return nil, notFound("Requested resource not found: Stream: %s not found", arn)
}

// streamsOf lists streams in the order of their ARNs, those of one table if it is named.
func (r *registry) streamsOf(tableName string) []*stream.Stream {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var found []*stream.Stream
	for _, arn := range slices.Sorted(maps.Keys(r.streams)) {
		if log := r.streams[arn]; tableName == "" || log.Table == tableName {
			found = append(found, log)
		}
	}
	return found
}
