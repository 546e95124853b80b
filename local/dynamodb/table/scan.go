package table

import "eda-demo/local/dynamodb/invalid"

// Scan reads all items, or a segment of them.
type Scan struct {
	Read
	Segment, Segments int // Segments is 0 for a scan that is not parallel
}

// Scan carries out a scan. Its order is stable as long as nothing is written.
func (t *Table) Scan(q Scan) (Page, error) {
	s, err := t.source(q.Index)
	if err != nil {
		return Page{}, err
	}
	if q.Filter != nil {
		if err := t.CheckPaths(q.Filter.Paths()); err != nil {
			return Page{}, err
		}
	}
	segments := max(q.Segments, 1)
	from, to := segmentStart(q.Segment, segments), segmentStart(q.Segment+1, segments)
	if q.Start != nil {
		if err := s.checkStart(q.Start); err != nil {
			return Page{}, err
		}
		start := s.keyOf(q.Start)
		if compareKeys(start, from) < 0 || compareKeys(start, to) > 0 {
			return Page{}, invalid.Errorf("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: %d Segment: %d", segments, q.Segment)
		}
		from = start
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return s.collect(q.Read, s.ascend(from), func(k key) bool { return compareKeys(k, to) > 0 }), nil
}
