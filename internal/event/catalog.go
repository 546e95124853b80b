package event

import (
	"embed"
	"path"
	"strings"
)

// schemas holds a JSON Schema (draft 2020-12) of the detail of each detail type.
//
//go:embed schemas/*.json
var schemas embed.FS

// samples holds whole events as targets receive them, named for their detail
// type and, after a dot, for what is special about them.
//
//go:embed samples/*.json
var samples embed.FS

// Type describes one kind of event.
type Type struct {
	Bus        string
	Source     string
	DetailType string
	// Summary says in one sentence when the event is published.
	Summary string
	// Schema is the JSON Schema (draft 2020-12) of the detail.
	Schema []byte
	// Samples has at least one event of the type.
	Samples []Sample
	// NewDetail makes an empty payload to decode the detail into.
	NewDetail func() any
}

// Sample is an event of which the documentation and the tests make use.
type Sample struct {
	// Name is unique among all samples: OrderCreated, OrderCreated.seed.
	Name string
	// JSON is the whole event, envelope included.
	JSON []byte
}

// Types lists every kind of event, in the order in which an order meets them.
// The caller may keep and change what it gets.
func Types() []Type {
	types := []Type{
		{
			Source: OrderService, DetailType: OrderCreated,
			Summary:   "An order was accepted and awaits its payment.",
			NewDetail: func() any { return new(OrderCreatedDetail) },
		},
		{
			Source: PaymentService, DetailType: PaymentSucceeded,
			Summary:   "The payment of an order was accepted.",
			NewDetail: func() any { return new(PaymentDetail) },
		},
		{
			Source: PaymentService, DetailType: PaymentFailed,
			Summary:   "The payment of an order was refused.",
			NewDetail: func() any { return new(PaymentDetail) },
		},
		{
			Source: OrderService, DetailType: OrderCompleted,
			Summary:   "An order was paid, which is its final state.",
			NewDetail: func() any { return new(OrderDetail) },
		},
		{
			Source: OrderService, DetailType: OrderCancelled,
			Summary:   "An order was cancelled as its payment failed, which is its final state.",
			NewDetail: func() any { return new(OrderDetail) },
		},
	}
	for i := range types {
		types[i].Bus = BusName
		types[i].Schema = mustRead(schemas, "schemas/"+fileName(types[i].DetailType)+".json")
		types[i].Samples = samplesOf(types[i].DetailType)
	}
	return types
}

// samplesOf collects the samples of a detail type, the plain one first.
func samplesOf(detailType string) []Sample {
	entries, err := samples.ReadDir("samples")
	if err != nil {
		panic(err) // The directory is part of the program.
	}
	var found []Sample
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".json")
		base, variant, _ := strings.Cut(name, ".")
		if base != fileName(detailType) {
			continue
		}
		sample := Sample{Name: name, JSON: mustRead(samples, path.Join("samples", entry.Name()))}
		if variant == "" {
			found = append([]Sample{sample}, found...)
		} else {
			found = append(found, sample)
		}
	}
	return found
}

// fileName is a detail type as file names spell it, which have no spaces.
func fileName(detailType string) string {
	return strings.ReplaceAll(detailType, " ", "")
}

// mustRead panics for a missing file as the files are part of the program: a
// test of this package finds that before anybody runs it.
func mustRead(files embed.FS, name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return data
}
