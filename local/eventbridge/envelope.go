package eventbridge

import (
	"bytes"
	"encoding/json"
	"time"
)

// envelope is an accepted event.
type envelope struct {
	bus        string
	id         string
	source     string
	detailType string
	detail     json.RawMessage
	json       []byte    // the event as rules and targets see it
	at         time.Time // of the event, in whole seconds
	ingested   time.Time
	forwarded  bool // it came from another bus
	replayed   bool // it came from an archive
}

// detailMember stands before the detail, which is the last member. It can't
// occur before: quotation marks within strings are escaped.
const detailMember = `,"detail":`

// encode writes the event as AWS does:
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
// Detail is compact and else untouched: its numbers stay as they were written.
func (e *envelope) encode(account, region string, at time.Time, resources []string) {
	e.at = at.UTC().Truncate(time.Second)
	out := make([]byte, 0, 320+len(e.detail))
	out = append(out, `{"version":"0","id":`...)
	out = appendString(out, e.id)
	out = append(out, `,"detail-type":`...)
	out = appendString(out, e.detailType)
	out = append(out, `,"source":`...)
	out = appendString(out, e.source)
	out = append(out, `,"account":`...)
	out = appendString(out, account)
	out = append(out, `,"time":`...)
	out = appendString(out, e.at.Format(time.RFC3339))
	out = append(out, `,"region":`...)
	out = appendString(out, region)
	out = append(out, `,"resources":[`...)
	for i, resource := range resources {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, resource)
	}
	out = append(out, ']')
	out = append(out, detailMember...)
	out = append(out, e.detail...)
	e.json = append(out, '}')
}

// encode is json.Marshal, but leaves <, > and & as they are.
func encode(value any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// appendString appends a JSON string.
func appendString(out []byte, text string) []byte {
	quoted, _ := encode(text) // a string always encodes
	return append(out, quoted...)
}

// compactObject returns a JSON object without insignificant space, or false if
// the text is no JSON object.
func compactObject(text string) (json.RawMessage, bool) {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) != nil || compact.Bytes()[0] != '{' {
		return nil, false
	}
	return compact.Bytes(), true
}
