package chaos

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

var texts = []string{
	"", " ", "7", `{"id":"7d1f0f0a-2f4b-4a79-b7e0-3f1b6f1f0c01","time":"2026-11-02T09:15:00Z","at":"2026-11-02 09:15:00.123"}`,
	"Root=1-65f1a2b3-0123456789abcdef01234567;Sampled=1", "http://127.0.0.1:41234/queue http://localhost:8080/x",
	`{"ApproximateCreationDateTime":1767225600,"SequenceNumber":"00000000000000000123","booking":"F1-17"}`,
	strings.Repeat("Aa", 31) + "==", "x" + strings.Repeat("b", 60) + "ü0123456789abcdef0", "1767225600.123 1767225600123 99 1767225600",
	"0123456789abcdef.", "2026-11-02  09:15:00", "12 34 5678901234567 89", " 2026-11-02 09:15:00", "1 1 1 1767225600 1",
}

// TestLasting holds it to the expression.
func TestLasting(t *testing.T) {
	for _, text := range texts {
		if got, want := lasting([]byte(text)), volatile.ReplaceAll([]byte(text), []byte("*")); !bytes.Equal(got, want) {
			t.Errorf("of %q it leaves %q, want %q", text, got, want)
		}
	}
}

// TestLastingOfAnything does so for texts made of pieces of the above.
func TestLastingOfAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	whole := strings.Join(texts, "|")
	for range 5_000 {
		var text []byte
		for range 1 + random.IntN(4) {
			from := random.IntN(len(whole))
			text = append(text, whole[from:from+random.IntN(min(70, len(whole)-from))]...)
		}
		if got, want := lasting(text), volatile.ReplaceAll(text, []byte("*")); !bytes.Equal(got, want) {
			t.Fatalf("of %q it leaves %q, want %q", text, got, want)
		}
	}
}

func BenchmarkNewThing(b *testing.B) {
	raw := []byte(`{"version":"0","id":"7d1f0f0a-2f4b-4a79-b7e0-3f1b6f1f0c01","detail-type":"TicketIssued","source":"aircraft.ticket","account":"000000000000","time":"2026-11-02T09:15:00Z","region":"us-east-1","resources":[],"detail":{"bookingId":"B1","customerId":"C1","ticketId":"3dbb5e5e-8b7a-4f9e-8b2b-1f3f4e4f5a6b","seat":"12A","metadata":{"eventId":"9a4f5b0e-63a0-4a0b-8b7e-6f6f3d1c2a01","correlationId":"5b0c4c6e-0d0c-4c3e-9d1f-0a6c2f9f1f11","causationId":"5b0c4c6e-0d0c-4c3e-9d1f-0a6c2f9f1f12","schemaVersion":"1"}}}`)
	for b.Loop() {
		newThing(raw)
	}
}
