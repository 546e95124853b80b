package dynamodb

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/dynamodb/table"
)

// registry holds the tables and streams of the account. It is safe for concurrent use.
type registry struct {
	account, region string

	mu      sync.RWMutex
	tables  map[string]*definition
	streams map[string]*stream.Stream // by ARN, disabled ones included for as long as their records are kept
}

// definition is a table and what DescribeTable tells about it. A definition is never changed, but replaced.
type definition struct {
	*table.Table
	arn, id    string
	created    time.Time
	attributes []attributeDefinition
	settings   settings
	stream     *stream.Stream // nil if disabled
}

// settings are what can be changed of a table.
type settings struct {
	billing      string // PAY_PER_REQUEST or PROVISIONED
	throughput   throughput
	class        string
	protected    bool
	view         stream.ViewType // "" if there is no stream
	ttl          string          // the attribute of Time to Live, "" if disabled
	recovery     bool            // point-in-time recovery
	encryption   string          // the KMS key, "" for DynamoDB's own
	tags         []tag
	indexDetails map[string]throughput
}

func newRegistry(account, region string) *registry {
	return &registry{account: account, region: region, tables: map[string]*definition{}, streams: map[string]*stream.Stream{}}
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
	r.tables[d.Name] = d
	r.follow(d)
	return nil
}

// delete removes a table. Its stream stays readable.
func (r *registry) delete(d *definition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d.SetStream(nil)
	if r.tables[d.Name] == d {
		delete(r.tables, d.Name)
	}
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
	r.tables[d.Name] = &changed
	if changed.settings.view != d.settings.view {
		r.follow(&changed)
	}
	return &changed, nil
}

// follow enables or disables the table's stream as its settings want it. It needs the lock.
func (r *registry) follow(d *definition) {
	if d.settings.view == "" {
		d.stream = nil
	} else {
		d.stream = r.newStream(d)
	}
	d.SetStream(d.stream)
}

func (r *registry) newStream(d *definition) *stream.Stream {
	now := time.Now()
	for { // labels of one table differ
		log := stream.New(d.arn, d.Name, d.Keys.Names(), d.settings.view, now)
		if r.streams[log.ARN] == nil {
			r.streams[log.ARN] = log
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

// expire deletes the expired items of all tables, and streams that were disabled so long ago that they are empty.
func (r *registry) expire(now time.Time) {
	for _, name := range r.names() {
		if d := r.find(name); d != nil && d.settings.ttl != "" {
			d.Expire(d.settings.ttl, now)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.streams, func(_ string, log *stream.Stream) bool { return log.Gone(now) })
}
