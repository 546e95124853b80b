package sns

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"eda-demo/local/frontdoor"
)

// maxMessage is the largest message, attributes included, in bytes; also the
// largest sum of a batch.
const maxMessage = 256 << 10

// maxSubject is the longest subject, in characters. The API reference says
// "less than 100"; the service accepts 100.
const maxSubject = 100

// message is what was published.
type message struct {
	ID         string
	TopicARN   string
	Subject    string `json:",omitempty"`
	Text       string
	ByProtocol map[string]string    `json:",omitempty"` // with MessageStructure json
	Attributes map[string]attribute `json:",omitempty"`
	Published  time.Time
}

// attribute is the value of a message attribute.
// https://docs.aws.amazon.com/sns/latest/api/API_MessageAttributeValue.html
type attribute struct {
	DataType    string
	StringValue string
	BinaryValue []byte
}

// textFor is the message for a protocol.
func (m *message) textFor(protocol string) string {
	if text, ok := m.ByProtocol[protocol]; ok {
		return text
	}
	return m.Text
}

// notice is a message to publish, alone or in a batch.
type notice struct {
	Message                string
	Subject                *string
	MessageStructure       string
	MessageAttributes      map[string]attribute
	MessageDeduplicationId string
	MessageGroupId         string // for fair queues; not passed on
}

func (n *notice) check() error {
	switch {
	case n.Message == "":
		return invalid("Empty message")
	case n.size() > maxMessage:
		return invalid("Message too long")
	case n.Subject != nil && !isSubject(*n.Subject):
		return invalid("Subject")
	case n.MessageStructure != "" && n.MessageStructure != "json":
		return invalid("MessageStructure")
	case n.MessageDeduplicationId != "":
		return invalid("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type")
	}
	for name, a := range n.MessageAttributes {
		if err := a.check(name); err != nil {
			return err
		}
	}
	return nil
}

func (n *notice) size() int {
	size := len(n.Message)
	for name, a := range n.MessageAttributes {
		size += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
	}
	return size
}

func isSubject(text string) bool {
	return text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= maxSubject &&
		strings.IndexFunc(text, unicode.IsControl) < 0
}

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	attributeType = regexp.MustCompile(`^(String|Number|Binary)(\..+)?$`)
)

func (a attribute) check(name string) error {
	refuse := func(format string, args ...any) error {
		return frontdoor.Errorf("ParameterValueInvalid", "The message attribute '"+name+"' "+format, args...)
	}
	switch {
	case !attributeName.MatchString(name) || len(name) > 256:
		return refuse("has an invalid name.")
	case !attributeType.MatchString(a.DataType):
		return refuse("has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")
	case strings.HasPrefix(a.DataType, "Binary"):
		if len(a.BinaryValue) == 0 {
			return refuse("must contain non-empty message attribute value for message attribute type '%s'.", a.DataType)
		}
		return nil
	case a.StringValue == "":
		return refuse("must contain non-empty message attribute value for message attribute type '%s'.", a.DataType)
	case a.DataType == "Number":
		if _, err := strconv.ParseFloat(a.StringValue, 64); err != nil {
			return refuse("can't be cast to a number.")
		}
	case a.DataType == "String.Array":
		var values []any
		if json.Unmarshal([]byte(a.StringValue), &values) != nil {
			return refuse("is not a JSON array, as its type String.Array says.")
		}
	}
	return nil
}

// byProtocol reads a message with MessageStructure json: an object that has
// the text for each protocol, and a default.
func byProtocol(text string) (map[string]string, error) {
	var entries map[string]any
	if err := json.Unmarshal([]byte(text), &entries); err != nil {
		return nil, invalid("Message Structure - JSON message body failed to parse")
	}
	texts := map[string]string{}
	for protocol, entry := range entries {
		if text, ok := entry.(string); ok {
			texts[protocol] = text
		}
	}
	if _, ok := texts["default"]; !ok {
		return nil, invalid("Message Structure - No default entry in JSON message body")
	}
	return texts, nil
}
