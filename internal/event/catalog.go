package event

import (
	"embed"
	"path"
	"strings"
)

// schemas holds a JSON Schema (draft 2020-12) of the detail of each detail type,
// in a folder for each source.
//
//go:embed schemas/*/*.json
var schemas embed.FS

// samples holds whole events as targets receive them, in a folder for each
// source, named for their detail type and, after a dot, for what is special
// about them.
//
//go:embed samples/*/*.json
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
	// Name is unique among all samples: order-service/OrderCreated,
	// order-service/OrderCreated.seed.
	Name string
	// JSON is the whole event, envelope included.
	JSON []byte
}

// Types lists every kind of event, in the order in which an order and then a
// booking meets them. The caller may keep and change what it gets.
func Types() []Type {
	types := append(orderTypes(), bookingTypes()...)
	for i, t := range types {
		types[i].Schema = mustRead(schemas, path.Join("schemas", t.Source, fileName(t.DetailType)+".json"))
		types[i].Samples = samplesOf(t.Source, t.DetailType)
	}
	return types
}

func orderTypes() []Type {
	return []Type{
		{
			Bus: BusName, Source: OrderService, DetailType: OrderCreated,
			Summary:   "An order was accepted and awaits its payment.",
			NewDetail: func() any { return new(OrderCreatedDetail) },
		},
		{
			Bus: BusName, Source: PaymentService, DetailType: PaymentSucceeded,
			Summary:   "The payment of an order was accepted.",
			NewDetail: func() any { return new(PaymentDetail) },
		},
		{
			Bus: BusName, Source: PaymentService, DetailType: PaymentFailed,
			Summary:   "The payment of an order was refused.",
			NewDetail: func() any { return new(PaymentDetail) },
		},
		{
			Bus: BusName, Source: OrderService, DetailType: OrderCompleted,
			Summary:   "An order was paid, which is its final state.",
			NewDetail: func() any { return new(OrderDetail) },
		},
		{
			Bus: BusName, Source: OrderService, DetailType: OrderCancelled,
			Summary:   "An order was cancelled as its payment failed, which is its final state.",
			NewDetail: func() any { return new(OrderDetail) },
		},
	}
}

func bookingTypes() []Type {
	return []Type{
		{
			Bus: BookingBusName, Source: AircraftBooking, DetailType: BookingCreated,
			Summary:   "A booking was accepted and awaits its payment.",
			NewDetail: func() any { return new(BookingCreatedDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftPayment, DetailType: PaymentConfirmed,
			Summary:   "A booking is paid and awaits its seat.",
			NewDetail: func() any { return new(BookingPaymentDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftPayment, DetailType: PaymentFailed,
			Summary:   "The payment of a booking was declined.",
			NewDetail: func() any { return new(BookingPaymentDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftSeats, DetailType: SeatAssigned,
			Summary:   "A paid booking has its seat and awaits its ticket.",
			NewDetail: func() any { return new(SeatAssignedDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftSeats, DetailType: SeatAssignmentFailed,
			Summary:   "A paid booking gets no seat, and its payment is to be refunded.",
			NewDetail: func() any { return new(SeatAssignmentFailedDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftTicket, DetailType: TicketIssued,
			Summary:   "A booking has its ticket, which is its final state.",
			NewDetail: func() any { return new(TicketIssuedDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftPayment, DetailType: PaymentRefunded,
			Summary:   "The payment of a booking without a seat was given back.",
			NewDetail: func() any { return new(BookingPaymentDetail) },
		},
		{
			Bus: BookingBusName, Source: AircraftBooking, DetailType: BookingCancelled,
			Summary:   "A booking was cancelled as its payment was declined or refunded, which is its final state.",
			NewDetail: func() any { return new(BookingCancelledDetail) },
		},
	}
}

// samplesOf collects the samples of a source's detail type, the plain one first.
func samplesOf(source, detailType string) []Sample {
	folder := path.Join("samples", source)
	entries, err := samples.ReadDir(folder)
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
		sample := Sample{Name: source + "/" + name, JSON: mustRead(samples, path.Join(folder, entry.Name()))}
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
