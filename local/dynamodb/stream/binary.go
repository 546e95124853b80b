package stream

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"eda-demo/local/dynamodb/attribute"
)

// The binary form of a record is a byte of flags, the nanoseconds since 1970 and the size (8 and 4 bytes, big endian),
// the 32 digits of the event id, and the keys and images in their binary form.
const (
	flagInsert byte = 1 << iota
	flagRemove
	flagExpired
	flagOld
	flagNew
)

const (
	headBytes = 1 + 8 + 4 + idDigits
	idDigits  = 32
)

func (r *Record) flags() byte {
	flags := flagIf(flagInsert, r.Event == "INSERT") | flagIf(flagRemove, r.Event == "REMOVE")
	return flags | flagIf(flagExpired, r.Expired) | flagIf(flagOld, r.Old != nil) | flagIf(flagNew, r.New != nil)
}

func flagIf(flag byte, is bool) byte {
	if is {
		return flag
	}
	return 0
}

func (r *Record) appendBinary(to []byte) []byte {
	to = append(to, r.flags())
	to = binary.BigEndian.AppendUint64(to, uint64(r.Created.UnixNano()))
	to = binary.BigEndian.AppendUint32(to, uint32(r.Size))
	to = r.Keys.AppendBinary(append(to, r.EventID...))
	if r.Old != nil {
		to = r.Old.AppendBinary(to)
	}
	if r.New != nil {
		to = r.New.AppendBinary(to)
	}
	return to
}

// cutRecord is the inverse of appendBinary, but for the sequence.
func cutRecord(data string) (Record, error) {
	if len(data) < headBytes {
		return Record{}, fmt.Errorf("%d bytes are too few for a record", len(data))
	}
	head := []byte(data[:headBytes])
	flags := head[0]
	r := Record{
		Event: "MODIFY", Expired: flags&flagExpired != 0, EventID: data[headBytes-idDigits : headBytes],
		Created: time.Unix(0, int64(binary.BigEndian.Uint64(head[1:]))), Size: int(binary.BigEndian.Uint32(head[9:])),
	}
	switch {
	case flags&flagInsert != 0:
		r.Event = "INSERT"
	case flags&flagRemove != 0:
		r.Event = "REMOVE"
	}
	return r, r.cutItems(data[headBytes:], flags)
}

func (r *Record) cutItems(data string, flags byte) (err error) {
	if r.Keys, data, err = attribute.CutBinary(data); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if flags&flagOld != 0 {
		if r.Old, data, err = attribute.CutBinary(data); err != nil {
			return fmt.Errorf("old image: %w", err)
		}
	}
	if flags&flagNew != 0 {
		if r.New, data, err = attribute.CutBinary(data); err != nil {
			return fmt.Errorf("new image: %w", err)
		}
	}
	if data != "" {
		return errors.New("there is more than a record")
	}
	return nil
}
