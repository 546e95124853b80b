package dynamodb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/resource"
)

// The following structs have one shape in CreateTable, in DescribeTable and in templates.

type attributeDefinition struct {
	AttributeName string
	AttributeType string
}

type keyElement struct {
	AttributeName string
	KeyType       string
}

type projection struct {
	ProjectionType   string   `json:",omitempty"`
	NonKeyAttributes []string `json:",omitempty"`
}

type throughput struct {
	ReadCapacityUnits  resource.Int
	WriteCapacityUnits resource.Int
}

type secondaryIndex struct {
	IndexName             string
	KeySchema             []keyElement
	Projection            *projection
	ProvisionedThroughput *throughput
}

type tag struct{ Key, Value string }

// tableShape is what the keys and indexes of a table are made from.
type tableShape struct {
	TableName              string
	AttributeDefinitions   []attributeDefinition
	KeySchema              []keyElement
	LocalSecondaryIndexes  []secondaryIndex
	GlobalSecondaryIndexes []secondaryIndex
}

// Limits of indexes.
const (
	maxLocalIndexes  = 5
	maxGlobalIndexes = 20
)

const badParameters = "One or more parameter values were invalid: "

// schema checks the shape and makes the table's schema.
func (s *tableShape) schema() (table.Schema, error) {
	types, err := s.types()
	if err != nil {
		return table.Schema{}, err
	}
	schema := table.Schema{Name: s.TableName}
	if schema.Keys, err = keys(s.KeySchema, types, s.definedNames()); err != nil {
		return schema, err
	}
	for _, index := range s.LocalSecondaryIndexes {
		if err := s.checkLocal(index); err != nil {
			return schema, err
		}
	}
	for i, index := range slices.Concat(s.LocalSecondaryIndexes, s.GlobalSecondaryIndexes) {
		converted, err := s.index(index, types)
		if err != nil {
			return schema, err
		}
		converted.Global = i >= len(s.LocalSecondaryIndexes)
		if _, exists := schema.Index(index.IndexName); exists {
			return schema, invalid.Errorf(badParameters+"Duplicate index name: %s", index.IndexName)
		}
		schema.Indexes = append(schema.Indexes, converted)
	}
	return schema, s.checkCounts()
}

func (s *tableShape) types() (map[string]attribute.Type, error) {
	types := map[string]attribute.Type{}
	for i, a := range s.AttributeDefinitions {
		var c constraints
		c.oneOf(a.AttributeType, fmt.Sprintf("attributeDefinitions.%d.member.attributeType", i+1), "B", "N", "S")
		c.required(a.AttributeType != "", fmt.Sprintf("attributeDefinitions.%d.member.attributeType", i+1))
		c.required(a.AttributeName != "", fmt.Sprintf("attributeDefinitions.%d.member.attributeName", i+1))
		if err := c.err(); err != nil {
			return nil, err
		}
		if types[a.AttributeName] != "" {
			return nil, invalid.Errorf(badParameters+"Duplicate AttributeName in AttributeDefinitions: %s", a.AttributeName)
		}
		types[a.AttributeName] = attribute.Type(a.AttributeType)
	}
	return types, nil
}

func (s *tableShape) definedNames() string {
	names := make([]string, len(s.AttributeDefinitions))
	for i, a := range s.AttributeDefinitions {
		names[i] = a.AttributeName
	}
	return strings.Join(names, ", ")
}

// keys converts a key schema; defined lists the defined attributes for messages.
func keys(schema []keyElement, types map[string]attribute.Type, defined string) (table.Keys, error) {
	names := make([]string, len(schema))
	for i, element := range schema {
		names[i] = element.AttributeName
	}
	if len(schema) < 1 || len(schema) > 2 {
		return table.Keys{}, invalid.Errorf("1 validation error detected: Value '[%s]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or equal to 1 and less than or equal to 2", strings.Join(names, ", "))
	}
	for _, name := range names {
		if types[name] == "" {
			return table.Keys{}, invalid.Errorf(badParameters+"Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", strings.Join(names, ", "), defined)
		}
	}
	if schema[0].KeyType != "HASH" {
		return table.Keys{}, invalid.Errorf("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	}
	k := table.Keys{Partition: table.Attribute{Name: names[0], Type: types[names[0]]}}
	if len(schema) == 1 {
		return k, nil
	}
	if names[0] == names[1] {
		return k, invalid.Errorf("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	}
	if schema[1].KeyType != "RANGE" {
		return k, invalid.Errorf("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	k.Sort = &table.Attribute{Name: names[1], Type: types[names[1]]}
	return k, nil
}

func (s *tableShape) index(index secondaryIndex, types map[string]attribute.Type) (table.Index, error) {
	var c constraints
	c.name(index.IndexName, "indexName")
	c.required(index.Projection != nil, "projection")
	if err := c.err(); err != nil {
		return table.Index{}, err
	}
	k, err := keys(index.KeySchema, types, s.definedNames())
	if err != nil {
		return table.Index{}, err
	}
	kind := index.Projection.ProjectionType
	switch {
	case kind != "ALL" && kind != "KEYS_ONLY" && kind != "INCLUDE":
		return table.Index{}, invalid.Errorf(badParameters+"Unknown ProjectionType: %s", cmp.Or(kind, "null"))
	case kind != "INCLUDE" && len(index.Projection.NonKeyAttributes) > 0:
		return table.Index{}, invalid.Errorf(badParameters+"ProjectionType is %s, but NonKeyAttributes is specified", kind)
	case kind == "INCLUDE" && len(index.Projection.NonKeyAttributes) == 0:
		return table.Index{}, invalid.Errorf(badParameters + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	}
	include := append([]string(nil), index.Projection.NonKeyAttributes...) // nil if there are none
	return table.Index{Name: index.IndexName, Keys: k, Everything: kind == "ALL", Include: include}, nil
}

// checkLocal checks what is particular to a local index. Its key schema may still have other faults.
func (s *tableShape) checkLocal(index secondaryIndex) error {
	if len(s.KeySchema) < 2 {
		return invalid.Errorf(badParameters + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
	}
	if len(index.KeySchema) < 2 {
		return invalid.Errorf(badParameters+"Index KeySchema does not have a range key for index: %s", index.IndexName)
	}
	if own, ours := index.KeySchema[0].AttributeName, s.KeySchema[0].AttributeName; own != ours {
		return invalid.Errorf(badParameters+"Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s", index.IndexName, own, ours)
	}
	return nil
}

func (s *tableShape) checkCounts() error {
	if len(s.LocalSecondaryIndexes) > maxLocalIndexes {
		return invalid.Errorf(badParameters+"Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocalIndexes)
	}
	if len(s.GlobalSecondaryIndexes) > maxGlobalIndexes {
		return invalid.Errorf(badParameters+"GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	if len(s.keyAttributes()) != len(s.AttributeDefinitions) {
		if len(s.LocalSecondaryIndexes)+len(s.GlobalSecondaryIndexes) == 0 {
			return invalid.Errorf(badParameters + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
		}
		return invalid.Errorf(badParameters + "Some AttributeDefinitions are not used. AttributeDefinitions must be key attributes of the table or of an index")
	}
	return nil
}

// keyAttributes are the names of the attributes that are in the key of the table or of an index.
func (s *tableShape) keyAttributes() map[string]bool {
	used := map[string]bool{}
	for _, element := range s.KeySchema {
		used[element.AttributeName] = true
	}
	for _, index := range slices.Concat(s.LocalSecondaryIndexes, s.GlobalSecondaryIndexes) {
		for _, element := range index.KeySchema {
			used[element.AttributeName] = true
		}
	}
	return used
}
