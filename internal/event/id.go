package event

import (
	"crypto/rand"
	"fmt"
)

// NewID is a new random id for an event or a correlation: a UUID of version 4
// (RFC 9562, section 5.4).
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // Never fails: it would end the program instead.
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
