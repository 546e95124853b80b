package table

import (
	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
)

// Limits of items and keys, in bytes.
const (
	MaxItemSize  = 400 << 10
	maxPartition = 2048
	maxSort      = 1024
)

// CheckKey refuses a key that is not exactly the table's primary key.
func (s *Schema) CheckKey(given attribute.Map) error {
	if len(given) != len(s.Keys.all()) {
		return errKeyMismatch()
	}
	for _, a := range s.Keys.all() {
		if v := given[a.Name]; v == nil || v.Type() != a.Type {
			return errKeyMismatch()
		}
	}
	return checkKeyValues(s.Keys, given)
}

func errKeyMismatch() error {
	return invalid.Errorf("The provided key element does not match the schema")
}

// checkKeyValues refuses empty and too long values of key attributes.
func checkKeyValues(keys Keys, item attribute.Map) error {
	for _, a := range keys.all() {
		if what := emptiness(item[a.Name]); what != "" {
			return invalid.Errorf("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", what, a.Name)
		}
	}
	return checkKeySizes(keys, item)
}

func checkKeySizes(keys Keys, item attribute.Map) error {
	if keyBytes(item[keys.Partition.Name]) > maxPartition {
		return invalid.Errorf("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	}
	if keys.Sort != nil && keyBytes(item[keys.Sort.Name]) > maxSort {
		return invalid.Errorf("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

// emptiness is "string" or "binary" if the value is an empty one, else "".
func emptiness(v attribute.Value) string {
	switch v {
	case attribute.Value(attribute.String("")):
		return "string"
	case attribute.Value(attribute.Binary("")):
		return "binary"
	}
	return ""
}

func keyBytes(v attribute.Value) int {
	switch v := v.(type) {
	case attribute.String:
		return len(v)
	case attribute.Binary:
		return len(v)
	}
	return 0
}

// CheckItem refuses an item that can't be put into the table.
func (s *Schema) CheckItem(item attribute.Map) error {
	for _, a := range s.Keys.all() {
		v := item[a.Name]
		if v == nil {
			return invalid.Errorf("One or more parameter values were invalid: Missing the key %s in the item", a.Name)
		}
		if v.Type() != a.Type {
			return invalid.Errorf("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", a.Name, a.Type, v.Type())
		}
	}
	if err := checkKeyValues(s.Keys, item); err != nil {
		return err
	}
	if err := s.checkIndexKeys(item); err != nil {
		return err
	}
	if attribute.ItemSize(item) > MaxItemSize {
		return invalid.Errorf("Item size has exceeded the maximum allowed size")
	}
	return nil
}

func (s *Schema) checkIndexKeys(item attribute.Map) error {
	for _, index := range s.Indexes {
		for _, a := range index.Keys.all() {
			v := item[a.Name]
			if v == nil {
				continue
			}
			if v.Type() != a.Type {
				return invalid.Errorf("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.Name, a.Type, v.Type(), index.Name)
			}
			if what := emptiness(v); what != "" {
				return invalid.Errorf("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", what, index.Name, a.Name)
			}
		}
		if err := checkKeySizes(index.Keys, item); err != nil {
			return err
		}
	}
	return nil
}

// CheckUpdate refuses an update that writes to the primary key, or that certainly gives an index key a wrong type.
func (s *Schema) CheckUpdate(u *expression.Update) error {
	for _, path := range u.Paths() {
		if s.Keys.has(path.Head()) {
			return invalid.Errorf("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", path.Head())
		}
	}
	for _, index := range s.Indexes {
		for _, a := range index.Keys.all() {
			if t := u.Assigned(a.Name); t != "" && t != a.Type {
				return invalid.Errorf("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.Name, a.Type, t, index.Name)
			}
		}
	}
	return s.CheckPaths(u.Mentioned())
}

// CheckPaths refuses paths that lead into a key attribute, which is always a scalar.
func (s *Schema) CheckPaths(paths []expression.Path) error {
	for _, path := range paths {
		if len(path) < 2 {
			continue
		}
		const message = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: %s: %s"
		if s.Keys.has(path.Head()) {
			return invalid.Errorf(message, "Key", path.Head())
		}
		for _, index := range s.Indexes {
			if index.Keys.has(path.Head()) {
				return invalid.Errorf(message, "IndexKey", path.Head())
			}
		}
	}
	return nil
}

// checkUpdated refuses what an update made of an item.
func (s *Schema) checkUpdated(item attribute.Map) error {
	for _, index := range s.Indexes {
		for _, a := range index.Keys.all() {
			v := item[a.Name]
			if v != nil && v.Type() != a.Type {
				return invalid.Errorf("The update expression attempted to update the secondary index key to unsupported type")
			}
			if what := emptiness(v); what != "" {
				return invalid.Errorf("The update expression attempted to update the secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value.", what)
			}
		}
		if err := checkKeySizes(index.Keys, item); err != nil {
			return err
		}
	}
	if attribute.ItemSize(item) > MaxItemSize {
		return invalid.Errorf("Item size to update has exceeded the maximum allowed size")
	}
	if attribute.TooDeep(item) {
		return invalid.Errorf("Nesting Levels have exceeded supported limits")
	}
	return nil
}
