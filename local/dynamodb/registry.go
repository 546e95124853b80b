package dynamodb

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

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
}

// definition is a table and what DescribeTable tells about it. A definition is never changed, but replaced.
type definition struct {
	*table.Table
	arn, id  string
	created  time.Time
	shape    tableShape
	settings settings
	stream   *stream.Stream // nil if disabled
	template bool           // defined by the template, not by CreateTable
	waiting  bool           // kept since an earlier run, for the template that defined it
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
	if d := r.find(nameOrARN); d != nil {
		return d, nil
	}
	return nil, notFound("Requested resource not found: Table: %s not found", r.nameOf(nameOrARN))
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

// delete removes a table. Its stream stays readable.
func (r *registry) delete(d *definition) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := d.Remove(func(tx *store.Tx) { tx.Delete(tablesBucket, d.Name) }); err != nil {
		return err
	}
	delete(r.tables, d.Name)
	return nil
}

// update changes the settings of a table and returns its new definition.
func (r *registry) update(nameOrARN string, change func(*definition) error) (*definition, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.tables[r.nameOf(nameOrARN)]
	if d == nil {
		return nil, notFound("Requested resource not found: Table: %s not found", r.nameOf(nameOrARN))
	}
	changed := *d
	if err := change(&changed); err != nil {
		return nil, err
	}
	return &changed, r.put(&changed)
}

// put makes d the definition of its table, and enables or disables the stream as its settings want it. It needs the lock.
func (r *registry) put(d *definition) error {
	switch view := d.settings.View; {
	case view == "":
		d.stream = nil
	case d.stream == nil || d.stream.View != view:
		d.stream = r.newStream(d)
	}
	if err := d.SetStream(d.stream, d.keep); err != nil {
		return err
	}
	r.tables[d.Name] = d
	if d.stream != nil {
		r.streams[d.stream.ARN] = d.stream
	}
	return nil
}

func (r *registry) newStream(d *definition) *stream.Stream {
	now := time.Now()
	for { // labels of one table differ
		log := stream.New(d.arn, d.Name, d.Keys.Names(), d.settings.View, now)
		if r.streams[log.ARN] == nil {
			return log
		}
		now = now.Add(time.Millisecond)
	}
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
