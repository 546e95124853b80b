package dynamodb

import (
	"cmp"
	"slices"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/table"
)

// consumed is the data type ConsumedCapacity of the API reference. What a write costs in indexes is not counted.
type consumed struct {
	TableName     string
	CapacityUnits float64
	Table         *tableCapacity `json:",omitempty"`
}

type tableCapacity struct{ CapacityUnits float64 }

// capacity is nil unless the request wants to know it.
func (m *metrics) capacity(name string, units float64) *consumed {
	switch m.ReturnConsumedCapacity {
	case "TOTAL":
		return &consumed{TableName: name, CapacityUnits: units}
	case "INDEXES":
		return &consumed{name, units, &tableCapacity{units}}
	}
	return nil
}

// capacities is capacity for several tables.
func (m *metrics) capacities(units map[string]float64) []consumed {
	var out []consumed
	for name, u := range units {
		if c := m.capacity(name, u); c != nil {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b consumed) int { return cmp.Compare(a.TableName, b.TableName) })
	return out
}

// writeUnits: 1 for each started KB of the larger of the item before and after.
func writeUnits(c table.Change) float64 {
	return units(max(attribute.ItemSize(c.Old), attribute.ItemSize(c.New)), 1<<10)
}

// readUnits: 1 for each started 4 KB, half of that if the read may be stale.
func readUnits(bytes int, consistent bool) float64 {
	u := units(bytes, 4<<10)
	if !consistent {
		u /= 2
	}
	return u
}

func units(bytes, unit int) float64 {
	return float64(max(1, (bytes+unit-1)/unit))
}
