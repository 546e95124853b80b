package stacks

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Flight is a layout of seats: rows from 1 on, with a seat for each letter.
type Flight struct {
	Rows  int    // 1 to 99
	Seats string // 1 to 10 letters, A to Z, each once
}

const (
	maxRows  = 99
	maxSeats = 10
)

func (f *Flight) setRows(value string) error {
	rows, err := strconv.Atoi(value)
	if err != nil || rows < 1 || rows > maxRows || strconv.Itoa(rows) != value {
		return fmt.Errorf("accepted is a whole number from 1 to %d", maxRows)
	}
	f.Rows = rows
	return nil
}

func (f *Flight) setSeats(value string) error {
	wrong := value == "" || len(value) > maxSeats
	for i, letter := range value {
		wrong = wrong || letter < 'A' || letter > 'Z' || strings.ContainsRune(value[:i], letter)
	}
	if wrong {
		return fmt.Errorf("accepted are 1 to %d different letters from A to Z, such as ABCDEF", maxSeats)
	}
	f.Seats = value
	return nil
}

func (f *Flight) rows() string { return strconv.Itoa(f.Rows) }

// price matches what a booking can cost, spelled without an exponent or needless
// zeros in front.
var price = regexp.MustCompile(`^((0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?|1000000000(\.0{1,2})?)$`)

func (c *Config) setPaymentLimit(value string) error {
	if !price.MatchString(value) || strings.Trim(value, "0.") == "" {
		return errors.New("accepted is an amount from 0.01 to 1000000000 with at most two decimals, such as 1000 or 99.50")
	}
	c.PaymentLimit = value
	return nil
}
