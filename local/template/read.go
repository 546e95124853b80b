package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/strictjson"
)

type document struct {
	AWSTemplateFormatVersion string
	Description              string
	Metadata                 any
	Parameters               map[string]Parameter
	Mappings                 map[string]any
	Conditions               map[string]any
	Rules                    map[string]Rule
	Resources                map[string]Resource
	Outputs                  map[string]Output
}

// sectionNames are the members of a template. The last two are known to
// CloudFormation only.
var sectionNames = []string{
	"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions", "Rules",
	"Resources", "Outputs", "Transform", "Hooks",
}

// maxSize is CloudFormation's limit on a template, in bytes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxSize = 1_000_000

var errStructure = errors.New("Template format error: unsupported structure.")

// read decodes a template's text, whose sections are not yet checked.
func read(raw []byte) (document, error) {
	var doc document
	if len(raw) > maxSize {
		return doc, fmt.Errorf("Template may not exceed %d bytes in size.", maxSize)
	}
	text, err := asJSON(raw)
	if err != nil {
		return doc, err
	}
	if err := checkSections(text); err != nil {
		return doc, err
	}
	if err := strictjson.UnmarshalNumbers(text, &doc); err != nil {
		return doc, fmt.Errorf("Template format error: %w", err)
	}
	if v := doc.AWSTemplateFormatVersion; v != "" && v != "2010-09-09" {
		return doc, fmt.Errorf("Template format error: %s is not a supported value for AWSTemplateFormatVersion.", v)
	}
	return doc, nil
}

// ParametersOf returns the parameters of a template that Parse accepts. It looks
// at nothing else: large templates are described more often than they change.
func ParametersOf(raw []byte) (map[string]Parameter, error) {
	text, err := asJSON(raw)
	if err != nil {
		return nil, err
	}
	var sections struct{ Parameters json.RawMessage }
	if err := json.Unmarshal(text, &sections); err != nil || sections.Parameters == nil {
		return nil, err
	}
	var parameters map[string]Parameter
	err = strictjson.UnmarshalNumbers(sections.Parameters, &parameters)
	return parameters, err
}

// asJSON returns a template's text as well-formed JSON.
func asJSON(raw []byte) ([]byte, error) {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) > 0 && trimmed[0] == '{' {
		return raw, wellFormed(raw)
	}
	return yamlToJSON(raw)
}

func wellFormed(raw []byte) error {
	if json.Valid(raw) {
		return nil
	}
	var anything json.RawMessage
	err := json.Unmarshal(raw, &anything)
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return fmt.Errorf("Template format error: JSON not well-formed: %w", err)
	}
	before := raw[:min(int(syntax.Offset), len(raw))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Errorf("Template format error: JSON not well-formed. (line %d, column %d)", line, column)
}

// checkSections refuses texts that are no object, or whose members are no
// sections.
func checkSections(text []byte) error {
	if text = bytes.TrimSpace(text); len(text) == 0 || text[0] != '{' {
		return errStructure
	}
	var given map[string]json.RawMessage
	if err := strictjson.Unmarshal(text, &given); err != nil {
		return fmt.Errorf("Template format error: %w", err)
	}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(sectionNames, name) {
			unknown = append(unknown, name)
		}
	}
	if unknown != nil {
		return fmt.Errorf("Invalid template property or properties [%s]", strings.Join(unknown, ", "))
	}
	return nil
}
