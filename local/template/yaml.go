package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"eda-demo/local/strictjson"
)

// yamlToJSON turns a template in YAML 1.1 into JSON, the short forms of the
// functions into their full ones. Duplicate keys stay, for the decoder to
// refuse. Numbers keep their text: what JSON would not take as a number (octal
// and hexadecimal ones, and account ids that begin with 0) becomes a string, as
// dates do.
//
// Aliases and merge keys, and the tags !!binary, !!omap, !!pairs, !!set and
// !!timestamp, are refused:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
func yamlToJSON(raw []byte) ([]byte, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var root, second yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, errStructure
	} else if err != nil {
		return nil, malformed(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, unsupported(&second, "a second document")
	} else if !errors.Is(err, io.EOF) {
		return nil, malformed(err)
	}
	var c converter
	for _, node := range root.Content {
		if err := c.value(node); err != nil {
			return nil, err
		}
	}
	return c.json.Bytes(), nil
}

// malformed has the line, but no column: the parser does not tell it.
func malformed(err error) error {
	reason := strings.TrimPrefix(err.Error(), "yaml: ")
	return fmt.Errorf("Template format error: YAML not well-formed. (%s)", reason)
}

func unsupported(node *yaml.Node, what string) error {
	return fmt.Errorf("Template format error: YAML: %s is not supported (line %d, column %d)", what, node.Line, node.Column)
}

// shortForms are the functions that YAML has a tag for.
var shortForms = []string{
	"And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAZs", "GetAtt",
	"If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub", "ToJsonString", "Transform",
	"ValueOf", "ValueOfAll",
}

type converter struct {
	json  bytes.Buffer
	depth int
}

func (c *converter) value(node *yaml.Node) error {
	if c.depth++; c.depth > strictjson.MaxDepth {
		return unsupported(node, fmt.Sprintf("nesting deeper than %d levels", strictjson.MaxDepth))
	}
	defer func() { c.depth-- }()
	if node.Kind == yaml.AliasNode {
		return unsupported(node, "the alias *"+node.Value)
	}
	tag := ""
	if node.Style&yaml.TaggedStyle != 0 {
		tag = node.ShortTag()
	}
	name, isShort := strings.CutPrefix(tag, "!")
	switch {
	case tag == "", strings.HasPrefix(name, "!"):
		return c.untagged(node, tag)
	case isShort && (name == "Ref" || name == "Condition"):
		return c.function(name, node)
	case isShort && slices.Contains(shortForms, name):
		return c.function("Fn::"+name, node)
	}
	return unsupported(node, "the tag "+tag)
}

func (c *converter) function(name string, argument *yaml.Node) error {
	c.json.WriteString(`{"` + name + `":`)
	if argument.Kind == yaml.ScalarNode {
		c.text(argument.Value)
	} else if err := c.content(argument); err != nil {
		return err
	}
	c.json.WriteByte('}')
	return nil
}

// untagged writes a value with no tag or one of YAML's own.
func (c *converter) untagged(node *yaml.Node, tag string) error {
	switch tag {
	case "", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq":
	default:
		return unsupported(node, "the tag "+tag)
	}
	if node.Kind != yaml.ScalarNode {
		return c.content(node)
	}
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if tag == "!!str" || tag == "" && node.Style&quoted != 0 {
		c.text(node.Value)
	} else {
		c.plain(node.Value)
	}
	return nil
}

func (c *converter) content(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode {
		return c.mapping(node)
	}
	c.json.WriteByte('[')
	for i, element := range node.Content {
		if i > 0 {
			c.json.WriteByte(',')
		}
		if err := c.value(element); err != nil {
			return err
		}
	}
	c.json.WriteByte(']')
	return nil
}

func (c *converter) mapping(node *yaml.Node) error {
	c.json.WriteByte('{')
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if err := checkKey(key); err != nil {
			return err
		}
		if i > 0 {
			c.json.WriteByte(',')
		}
		c.text(key.Value)
		c.json.WriteByte(':')
		if err := c.value(node.Content[i+1]); err != nil {
			return err
		}
	}
	c.json.WriteByte('}')
	return nil
}

// checkKey refuses keys that are no text, even by another name: 80 and true
// become "80" and "true".
func checkKey(key *yaml.Node) error {
	switch {
	case key.Kind == yaml.AliasNode:
		return unsupported(key, "the alias *"+key.Value)
	case key.Kind != yaml.ScalarNode:
		return unsupported(key, "a key that is no text")
	case key.ShortTag() == "!!merge":
		return unsupported(key, "the merge key <<")
	case key.ShortTag() == "!!null":
		return unsupported(key, "a key that is null")
	case key.Style&yaml.TaggedStyle != 0 && key.ShortTag() != "!!str":
		return unsupported(key, "the tag "+key.ShortTag())
	}
	return nil
}

// number is what both YAML 1.1 and JSON take for a number: 1e5 is text in the
// first.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+]?[0-9]+)?)?$`)

// plain writes a scalar without quotes, of the type that YAML 1.1 gives it.
// https://yaml.org/type/bool.html (without the single letters, as most parsers)
func (c *converter) plain(text string) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		c.json.WriteString("null")
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		c.json.WriteString("true")
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		c.json.WriteString("false")
	default:
		if number.MatchString(text) {
			c.json.WriteString(text)
			return
		}
		c.text(text)
	}
}

func (c *converter) text(text string) {
	quoted, err := json.Marshal(text)
	if err != nil { // can't be: any text has a JSON form
		quoted = []byte(`""`)
	}
	c.json.Write(quoted)
}
