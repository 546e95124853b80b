package dynamodb

import (
	"reflect"
	"slices"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/frontdoor"
)

// indexUpdate is the data type GlobalSecondaryIndexUpdate of the API reference: one of the three.
type indexUpdate struct {
	Create *secondaryIndex
	Update *indexThroughput
	Delete *indexName
}

type indexThroughput struct {
	IndexName             string
	ProvisionedThroughput *throughput
}

type indexName struct{ IndexName string }

// name is that of the index; "" unless the update is exactly one.
func (u indexUpdate) name() string {
	switch {
	case u.Create != nil && u.Update == nil && u.Delete == nil:
		return u.Create.IndexName
	case u.Update != nil && u.Create == nil && u.Delete == nil:
		return u.Update.IndexName
	case u.Delete != nil && u.Create == nil && u.Update == nil:
		return u.Delete.IndexName
	}
	return ""
}

// changeIndexes makes the updates of global indexes, of which one may create or delete one.
func (in *updateTableInput) changeIndexes(d *definition) error {
	named, online := map[string]bool{}, 0
	for _, u := range in.GlobalSecondaryIndexUpdates {
		name := u.name()
		if name == "" {
			return invalid.Errorf(badParameters + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
		}
		if named[name] {
			return invalid.Errorf(badParameters+"Only one global secondary index update per index is allowed simultaneously. Index: %s", name)
		}
		named[name] = true
		if u.Update == nil {
			online++
		}
	}
	if online > 1 {
		return frontdoor.Errorf("LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
	}
	d.shape.GlobalSecondaryIndexes = slices.Clone(d.shape.GlobalSecondaryIndexes)
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if err := in.changeIndex(d, u); err != nil {
			return err
		}
	}
	return nil
}

func (in *updateTableInput) changeIndex(d *definition, u indexUpdate) error {
	indexes := d.shape.GlobalSecondaryIndexes
	at := slices.IndexFunc(indexes, func(i secondaryIndex) bool { return i.IndexName == u.name() })
	if u.Create != nil {
		return in.createIndex(d, *u.Create)
	}
	if at < 0 {
		return notFound("Requested resource not found")
	}
	if u.Update != nil {
		indexes[at].ProvisionedThroughput = u.Update.ProvisionedThroughput
		return nil
	}
	d.shape.GlobalSecondaryIndexes = slices.Delete(indexes, at, at+1)
	d.shape.dropUnused()
	return nil
}

// createIndex adds an index, whose key attributes the request itself has to define.
func (in *updateTableInput) createIndex(d *definition, index secondaryIndex) error {
	if _, exists := d.Index(index.IndexName); exists {
		return invalid.Errorf(badParameters + "Attempting to create an index which already exists")
	}
	given := tableShape{AttributeDefinitions: in.AttributeDefinitions}
	types, err := given.types()
	if err != nil {
		return err
	}
	if _, err := given.index(index, types); err != nil {
		return err
	}
	for _, a := range in.AttributeDefinitions {
		known := slices.IndexFunc(d.shape.AttributeDefinitions, func(k attributeDefinition) bool { return k.AttributeName == a.AttributeName })
		switch {
		case known < 0:
			d.shape.AttributeDefinitions = append(slices.Clone(d.shape.AttributeDefinitions), a)
		case d.shape.AttributeDefinitions[known].AttributeType != a.AttributeType:
			return invalid.Errorf(badParameters+"Attribute %s is defined with another type already", a.AttributeName)
		}
	}
	d.shape.GlobalSecondaryIndexes = append(d.shape.GlobalSecondaryIndexes, index)
	return nil
}

// dropUnused removes the definitions of attributes that are in no key any more.
func (s *tableShape) dropUnused() {
	used := s.keyAttributes()
	s.AttributeDefinitions = slices.DeleteFunc(slices.Clone(s.AttributeDefinitions), func(a attributeDefinition) bool { return !used[a.AttributeName] })
}

// checkIndexChange refuses what CloudFormation does not do to the global indexes of a table within one update.
func checkIndexChange(before, after table.Schema) error {
	changes := 0
	for _, index := range after.Indexes {
		old, exists := before.Index(index.Name)
		if !exists {
			changes++
		} else if !reflect.DeepEqual(old, index) {
			return invalid.Errorf("Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can create a new GSI with a different name.")
		}
	}
	for _, index := range before.Indexes {
		if _, stays := after.Index(index.Name); !stays {
			changes++
		}
	}
	if changes > 1 {
		return invalid.Errorf("Cannot perform more than one GSI creation or deletion in a single update")
	}
	return nil
}
