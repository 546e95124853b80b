package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// template is a parsed InputTemplate: a JSON value, or several JSON strings on
// lines of their own, with <variables> in place of values or within strings.
type template []piece

type piece struct {
	text     string
	variable string // instead of text
	quoted   bool   // the variable stands within a JSON string
}

var variablePattern = regexp.MustCompile(`^<([A-Za-z0-9_.-]+)>`)

func parseTemplate(text string) (template, error) {
	var pieces template
	quoted, start := false, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '<':
			match := variablePattern.FindStringSubmatch(text[i:])
			if match == nil {
				continue
			}
			pieces = append(pieces, piece{text: text[start:i]}, piece{variable: match[1], quoted: quoted})
			start = i + len(match[0])
			i = start - 1
		}
	}
	pieces = append(pieces, piece{text: text[start:]})
	return pieces, pieces.check()
}

// check reports whether the template is JSON once variables have values.
func (t template) check() error {
	sample := t.render(func(string) (json.RawMessage, bool) { return json.RawMessage("0"), true })
	decoder := json.NewDecoder(strings.NewReader(sample))
	for values := 0; ; values++ {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) && values > 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the template is not JSON: %w", err)
		}
	}
}

// render puts the values of variables in their places. AWS does not escape
// what it puts within a string; of objects and arrays it leaves the quotation
// marks out there. A variable without a value is an empty string.
func (t template) render(value func(variable string) (json.RawMessage, bool)) string {
	var out strings.Builder
	for _, p := range t {
		if p.variable == "" {
			out.WriteString(p.text)
			continue
		}
		found, ok := value(p.variable)
		switch {
		case ok && p.quoted:
			out.WriteString(withinString(found))
		case ok:
			out.Write(found)
		case !p.quoted:
			out.WriteString(`""`)
		}
	}
	return out.String()
}

func withinString(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		if string(value) == "null" {
			return "null"
		}
		return text
	}
	return strings.ReplaceAll(string(value), `"`, "")
}
