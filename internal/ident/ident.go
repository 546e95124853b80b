// Package ident says what the ids are like that a booking has to do with (its
// own, and those of customer, flight, payment and ticket), the names of seats,
// and the reasons that customers are given. Ids and seats fit into a path, a
// subject line and a log line as they are; a reason is a line of a mail.
package ident

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Formats of ids and of seats: a row without a leading zero, and a letter.
const (
	Format     = `^[A-Za-z0-9_-]{1,64}$`
	SeatFormat = `^[1-9][0-9]?[A-Z]$`
)

var (
	format     = regexp.MustCompile(Format)
	seatFormat = regexp.MustCompile(SeatFormat)
)

// Valid reports whether it is an id: 1 to 64 of the letters A to Z, large or
// small, digits, hyphens and underscores.
func Valid(id string) bool { return format.MatchString(id) }

// ValidSeat reports whether it is a seat's name, such as 12A, of any aircraft.
func ValidSeat(name string) bool { return seatFormat.MatchString(name) }

// Check fails, with a sentence that names the field, for what is no id.
func Check(field, id string) error {
	if Valid(id) {
		return nil
	}
	return fmt.Errorf("the %s %.80q is not 1 to 64 letters, digits, hyphens and underscores", field, id)
}

// CheckCustomer is Check for the id of a customer, which may say who that is: it
// is not in the error, and so in no log.
func CheckCustomer(id string) error {
	if Valid(id) {
		return nil
	}
	return errors.New("the customerId is not 1 to 64 letters, digits, hyphens and underscores")
}

// CheckSeat fails, with a sentence, for what is no seat's name.
func CheckSeat(name string) error {
	if ValidSeat(name) {
		return nil
	}
	return fmt.Errorf("the seat %.80q is not a row from 1 to 99 and a letter, such as 12A", name)
}

// maxReason is how many characters a reason has at most.
const maxReason = 256

// CheckReason fails, with a sentence, for what is not one line of 1 to 256
// characters that can be printed.
func CheckReason(text string) error {
	strange := func(r rune) bool { return !unicode.IsPrint(r) }
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > maxReason || strings.ContainsFunc(text, strange) {
		return fmt.Errorf("the reason %.80q is not a line of 1 to %d characters", text, maxReason)
	}
	return nil
}
