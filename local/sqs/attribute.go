package sqs

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// attribute is the value of a message attribute.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html
type attribute struct {
	DataType         string
	StringValue      *string  `json:",omitempty"`
	BinaryValue      []byte   `json:",omitempty"`
	StringListValues []string `json:",omitempty"` // refused: SQS does not implement them
	BinaryListValues [][]byte `json:",omitempty"`
}

const maxAttributes = 10

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	attributeType = regexp.MustCompile(`^(String|Number|Binary)(\..+)?$`)
)

// maxAttributeName is the longest name or data type, in characters.
const maxAttributeName = 256

func checkAttributes(attributes map[string]attribute) error {
	if len(attributes) > maxAttributes {
		return failure("InvalidParameterValue", "Number of message attributes [%d] exceeds the allowed maximum [%d].", len(attributes), maxAttributes)
	}
	for name, value := range attributes {
		lower := strings.ToLower(name)
		if !attributeName.MatchString(name) || len(name) > maxAttributeName ||
			strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.") {
			return failure("InvalidParameterValue", "The message attribute name '%s' is invalid.", name)
		}
		if err := value.check(name); err != nil {
			return err
		}
	}
	return nil
}

func (a attribute) check(name string) error {
	switch {
	case a.StringListValues != nil || a.BinaryListValues != nil:
		return prefixed("UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported.")
	case !attributeType.MatchString(a.DataType) || len(a.DataType) > maxAttributeName:
		return failure("InvalidParameterValue", "The message attribute '%s' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.", name)
	case a.isBinary() && (len(a.BinaryValue) == 0 || a.StringValue != nil):
		return failure("InvalidParameterValue", "The message attribute '%s' must contain a non-empty binary value for message attribute type 'Binary'.", name)
	case !a.isBinary() && (a.StringValue == nil || *a.StringValue == "" || a.BinaryValue != nil):
		return failure("InvalidParameterValue", "The message attribute '%s' must contain a non-empty string value for message attribute type '%s'.", name, a.DataType)
	case strings.HasPrefix(a.DataType, "Number"):
		if _, err := strconv.ParseFloat(*a.StringValue, 64); err != nil {
			return failure("InvalidParameterValue", "Can't cast the value of message attribute '%s' to a number.", name)
		}
	case !a.isBinary() && !isText(*a.StringValue):
		return prefixed("InvalidMessageContents", "The message attribute '%s' contains characters outside the allowed set.", name)
	}
	return nil
}

func (a attribute) isBinary() bool { return strings.HasPrefix(a.DataType, "Binary") }

func (a attribute) value() []byte {
	if a.isBinary() {
		return a.BinaryValue
	}
	return []byte(*a.StringValue)
}

// digestOf returns the MD5 of a set of attributes, "" for none.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func digestOf(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	sum := md5.New()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		writeCounted(sum, []byte(name))
		writeCounted(sum, []byte(a.DataType))
		transport := byte(1) // a text
		if a.isBinary() {
			transport = 2
		}
		sum.Write([]byte{transport})
		writeCounted(sum, a.value())
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func writeCounted(sum hash.Hash, value []byte) {
	sum.Write(binary.BigEndian.AppendUint32(nil, uint32(len(value))))
	sum.Write(value)
}

func digest(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// isText tells whether text has only characters that a message may have: those
// of XML 1.0.
func isText(text string) bool {
	for i, r := range text {
		switch {
		case r == '\uFFFD' && text[i] != 0xEF: // not UTF-8
			return false
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0xFFFE, r == 0xFFFF:
			return false
		}
	}
	return true
}
