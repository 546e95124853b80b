package event_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eda-demo/internal/event"
)

// TestTypesCoverTheContract holds the catalogue against the names as they are
// published, so that neither changes by accident.
func TestTypesCoverTheContract(t *testing.T) {
	want := []string{
		"eda-demo order-service OrderCreated",
		"eda-demo payment-service PaymentSucceeded",
		"eda-demo payment-service PaymentFailed",
		"eda-demo order-service OrderCompleted",
		"eda-demo order-service OrderCancelled",
		"AircraftBookingBus aircraft.booking BookingCreated",
		"AircraftBookingBus aircraft.payment PaymentConfirmed",
		"AircraftBookingBus aircraft.payment PaymentFailed",
		"AircraftBookingBus aircraft.seat-assignment SeatAssigned",
		"AircraftBookingBus aircraft.seat-assignment SeatAssignmentFailed",
		"AircraftBookingBus aircraft.ticket TicketIssued",
		"AircraftBookingBus aircraft.payment PaymentRefunded",
		"AircraftBookingBus aircraft.booking BookingCancelled",
	}
	var got []string
	for _, typ := range event.Types() {
		got = append(got, strings.Join([]string{typ.Bus, typ.Source, typ.DetailType}, " "))
		if typ.Summary == "" || len(typ.Samples) == 0 {
			t.Errorf("%s has the summary %q and %d samples, want both", typ.DetailType, typ.Summary, len(typ.Samples))
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("types are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSamplesAreValid(t *testing.T) {
	seen := map[string]bool{}
	for _, typ := range event.Types() {
		schema := compile(t, typ)
		for _, sample := range typ.Samples {
			if seen[sample.Name] {
				t.Errorf("two samples are called %s", sample.Name)
			}
			seen[sample.Name] = true
			envelope := decode(t, sample)
			if envelope.Source != typ.Source || envelope.DetailType != typ.DetailType {
				t.Errorf("sample %s is %s %s, want %s %s", sample.Name,
					envelope.Source, envelope.DetailType, typ.Source, typ.DetailType)
			}
			if envelope.ID == "" || envelope.Time.IsZero() || envelope.Version != "0" {
				t.Errorf("sample %s has the id %q, time %v and version %q, want them set",
					sample.Name, envelope.ID, envelope.Time, envelope.Version)
			}
			if err := schema.Validate(value(t, envelope.Detail)); err != nil {
				t.Errorf("sample %s does not satisfy its schema: %v", sample.Name, err)
			}
		}
	}
}

// TestSamplesRoundTrip shows that envelope and payload types lose nothing.
func TestSamplesRoundTrip(t *testing.T) {
	for _, typ := range event.Types() {
		for _, sample := range typ.Samples {
			envelope := decode(t, sample)
			detail := typ.NewDetail()
			if err := json.Unmarshal(envelope.Detail, detail); err != nil {
				t.Errorf("decoding the detail of %s: %v", sample.Name, err)
				continue
			}
			envelope.Detail = encode(t, detail)
			got, want := value(t, encode(t, envelope)), value(t, sample.JSON)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s comes back as\n%v\nwant\n%v", sample.Name, got, want)
			}
		}
	}
}

func TestSchemasRefuse(t *testing.T) {
	bad := map[string][]string{
		"order-service/OrderCreated": {
			`{}`, `[]`, `{"id":1}`, `{"amount":1}`, `{"id":"1","amount":1}`, `{"id":1,"amount":"1"}`,
			`{"id":0,"amount":1}`, `{"id":1.5,"amount":1}`, `{"id":9007199254740992,"amount":1}`,
			`{"id":1,"amount":0}`, `{"id":1,"amount":0.001}`, `{"id":1,"amount":1000000000.01}`,
			`{"id":1,"amount":1,"metadata":{}}`,
		},
		"order-service/OrderCompleted":     {`{}`, `{"id":"1"}`, `{"id":1,"metadata":{"eventId":""}}`},
		"order-service/OrderCancelled":     {`{}`, `{"id":-1}`},
		"payment-service/PaymentSucceeded": {`{}`, `{"id":null}`},
		"payment-service/PaymentFailed":    {`{}`, `"id"`},
	}
	for _, typ := range event.Types() {
		schema := compile(t, typ)
		refused := bad[typ.Source+"/"+typ.DetailType]
		if typ.Bus == event.BookingBusName {
			refused = spoiled(t, typ)
		}
		for _, detail := range refused {
			if schema.Validate(value(t, []byte(detail))) == nil {
				t.Errorf("the schema of %s %s accepts %s", typ.Source, typ.DetailType, detail)
			}
		}
		if len(refused) == 0 {
			t.Errorf("nothing shows what the schema of %s refuses", typ.DetailType)
		}
	}
}

// spoiled makes, of a type's plain sample, details that each lack a field or
// have a wrong value for it.
func spoiled(t *testing.T, typ event.Type) []string {
	t.Helper()
	plain := decode(t, typ.Samples[0]).Detail
	var found []string
	with := func(name string, v any, has bool) {
		var detail map[string]any
		if err := json.Unmarshal(plain, &detail); err != nil {
			t.Fatalf("decoding %s: %v", plain, err)
		}
		if _, there := detail[name]; !there {
			return
		}
		if delete(detail, name); has {
			detail[name] = v
		}
		found = append(found, string(encode(t, detail)))
	}
	for _, name := range []string{"bookingId", "customerId", "flightId", "paymentId", "ticketId", "seat", "reason", "status"} {
		with(name, nil, false)
		with(name, 1, true)
		with(name, "", true)
		with(name, "0 A", name != "reason")
	}
	with("amount", nil, false)
	with("amount", 0, true)
	with("amount", "300", true)
	with("metadata", map[string]any{}, true)
	return found
}

// TestSchemasAreOpen holds that events stay additive.
func TestSchemasAreOpen(t *testing.T) {
	for _, typ := range event.Types() {
		var detail map[string]any
		if err := json.Unmarshal(decode(t, typ.Samples[0]).Detail, &detail); err != nil {
			t.Fatal(err)
		}
		detail["later"] = true
		detail["metadata"].(map[string]any)["later"] = 1
		if err := compile(t, typ).Validate(value(t, encode(t, detail))); err != nil {
			t.Errorf("the schema of %s refuses fields it does not know: %v", typ.DetailType, err)
		}
	}
}

func compile(t *testing.T, typ event.Type) *jsonschema.Schema {
	t.Helper()
	url := "urn:" + typ.Bus + ":" + typ.DetailType + ":1"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource(url, value(t, typ.Schema)); err != nil {
		t.Fatalf("adding the schema of %s: %v", typ.DetailType, err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		t.Fatalf("compiling the schema of %s: %v", typ.DetailType, err)
	}
	if schema.DraftVersion != 2020 {
		t.Errorf("the schema of %s is of draft %d, want 2020", typ.DetailType, schema.DraftVersion)
	}
	return schema
}

// noLoader keeps schemas from reading anything but themselves.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("the schema refers to %s, outside itself", url)
}

func decode(t *testing.T, sample event.Sample) event.Envelope {
	t.Helper()
	var envelope event.Envelope
	decoder := json.NewDecoder(bytes.NewReader(sample.JSON))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&envelope); err != nil {
		t.Fatalf("decoding the sample %s: %v", sample.Name, err)
	}
	return envelope
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("encoding %v: %v", v, err)
	}
	return data
}

func value(t *testing.T, data []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("decoding %s: %v", data, err)
	}
	return v
}
