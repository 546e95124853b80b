package ident_test

import (
	"strings"
	"testing"

	"eda-demo/internal/ident"
)

func TestIDs(t *testing.T) {
	for id, want := range map[string]bool{
		"B123": true, "b": true, "-": true, "A_b-9": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "B 1": false, "B\n": false, "B\r\nBcc": false,
		"B.1": false, "B/1": false, "Ä": false, "B\x00": false,
	} {
		if got := ident.Valid(id); got != want {
			t.Errorf("Valid(%q) = %v, want %v", id, got, want)
		}
		if err := ident.Check("bookingId", id); (err == nil) != want {
			t.Errorf("Check(%q) = %v, want that it passes to be %v", id, err, want)
		}
	}
}

func TestSeats(t *testing.T) {
	for name, want := range map[string]bool{
		"1A": true, "12A": true, "99Z": true,
		"": false, "A": false, "1": false, "0A": false, "01A": false, "100A": false, "1a": false, "1AA": false, "12A\n": false, " 1A": false,
	} {
		if got := ident.ValidSeat(name); got != want {
			t.Errorf("ValidSeat(%q) = %v, want %v", name, got, want)
		}
		if err := ident.CheckSeat(name); (err == nil) != want {
			t.Errorf("CheckSeat(%q) = %v, want that it passes to be %v", name, err, want)
		}
	}
}

func TestErrorsNameTheField(t *testing.T) {
	const want = `the bookingId "B 1" is not 1 to 64 letters, digits, hyphens and underscores`
	if err := ident.Check("bookingId", "B 1"); err == nil || err.Error() != want {
		t.Errorf("Check = %v, want %s", err, want)
	}
	if err := ident.Check("flightId", strings.Repeat("é", 10_000)); err == nil || len(err.Error()) > 400 {
		t.Errorf("Check of a long id = %v, want a short error", err)
	}
}

func TestCustomersAreNotNamed(t *testing.T) {
	const want = "the customerId is not 1 to 64 letters, digits, hyphens and underscores"
	if err := ident.CheckCustomer("jane@example.com"); err == nil || err.Error() != want {
		t.Errorf("CheckCustomer = %v, want %s", err, want)
	}
	if err := ident.CheckCustomer("CUST001"); err != nil {
		t.Errorf("CheckCustomer = %v, want none", err)
	}
}

func TestReasons(t *testing.T) {
	for text, want := range map[string]bool{
		"the flight is full": true, "à la carte": true, strings.Repeat("é", 256): true,
		"": false, "  ": false, strings.Repeat("é", 257): false, "full\nTicket: 1": false, "full\u2028": false, "full\x00": false,
	} {
		if err := ident.CheckReason(text); (err == nil) != want {
			t.Errorf("CheckReason(%q) = %v, want that it passes to be %v", text, err, want)
		}
	}
}
