package chaos

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// thing is what a fault may hit.
type thing struct {
	identity []byte
	raw      []byte
	within   *thing // the invocation that it is done in, if any
}

// of is the same, done in an invocation: a call may say by nothing but ids
// drawn at random what it is about.
func (t thing) of(by *invocation) thing {
	if by == nil {
		return t
	}
	t.identity = append(append(t.identity, 0xff), by.what.identity...)
	t.within = &by.what
	return t
}

// newThing tells what something is by the JSON that it is said in.
func newThing(raw []byte) thing {
	core := essence(raw)
	return thing{identity: lasting(core), raw: core}
}

// essence is the part of a payload that says what it is. Of an HTTP API's
// request that is what the client asks for, as its headers and times differ; of
// a batch it is the first record, as the others are there by chance; of an invocation or a
// delivery it is the event.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func essence(raw []byte) []byte {
	var known struct {
		RouteKey      string            `json:"routeKey"`
		RawPath       string            `json:"rawPath"`
		Body          string            `json:"body"`
		IsBase64      bool              `json:"isBase64Encoded"`
		Records       []json.RawMessage `json:"Records"`
		Event         json.RawMessage   `json:"event"`
		Payload       json.RawMessage   // of Invoke
		ShardIterator string            // of GetRecords
	}
	if json.Unmarshal(raw, &known) != nil {
		return raw
	}
	switch {
	case known.RouteKey != "":
		if decoded, err := base64.StdEncoding.DecodeString(known.Body); err == nil && known.IsBase64 {
			known.Body = string(decoded)
		}
		return []byte(known.RouteKey + " " + known.RawPath + " " + known.Body)
	case known.ShardIterator != "":
		return nil // where in the shard it reads is chance
	case len(known.Records) > 0:
		return known.Records[0]
	case known.Event != nil:
		return known.Event
	case len(known.Payload) > 0 && known.Payload[0] == '{':
		return essence(known.Payload)
	}
	return raw
}

// aboutWidth is how much About says at most, in bytes.
const aboutWidth = 120

// about says in few words what it is.
func (t thing) about() string {
	var known struct {
		DetailType string          `json:"detail-type"`
		Detail     json.RawMessage `json:"detail"`
		Subject    string
		Entries    []struct{ DetailType, Detail string }
	}
	text := t.identity
	if t.within != nil {
		return t.within.about()
	}
	if json.Unmarshal(t.raw, &known) == nil {
		switch {
		case known.DetailType != "":
			text = append([]byte(known.DetailType+" "), known.Detail...)
		case known.Subject != "":
			text = []byte(known.Subject)
		case len(known.Entries) > 0:
			text = []byte(known.Entries[0].DetailType + " " + known.Entries[0].Detail)
		}
	}
	text = bytes.ReplaceAll(text, []byte("\n"), []byte(" "))
	return string(bytes.ToValidUTF8(text[:min(len(text), aboutWidth)], nil))
}
