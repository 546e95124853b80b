package attribute

import (
	"encoding/base64"
	"slices"
	"strings"
)

func (d *decoder) readStringSet(int) (Value, error) {
	set, err := readSet(d, func() (String, error) { s, err := d.str("String"); return String(s), err })
	if len(set) == 0 {
		d.refuse("One or more parameter values were invalid: An string set  may not be empty")
	}
	if hasDuplicate(set) {
		d.refuse("One or more parameter values were invalid: Input collection %v contains duplicates.", commas(set))
	}
	return StringSet(set), err
}

func (d *decoder) readNumberSet(int) (Value, error) {
	set, err := readSet(d, d.number)
	if len(set) == 0 {
		d.refuse("One or more parameter values were invalid: An number set  may not be empty")
	}
	if hasDuplicate(set) {
		d.refuse("Input collection contains duplicates")
	}
	return NumberSet(set), err
}

func (d *decoder) readBinarySet(int) (Value, error) {
	set, err := readSet(d, d.binary)
	if len(set) == 0 {
		d.refuse("One or more parameter values were invalid: Binary sets should not be empty")
	}
	if hasDuplicate(set) {
		encoded := make([]string, len(set))
		for i, b := range set {
			encoded[i] = base64.StdEncoding.EncodeToString([]byte(b))
		}
		d.refuse("One or more parameter values were invalid: Input collection %vof type BS contains duplicates.", commas(encoded))
	}
	return BinarySet(set), err
}

func readSet[E any](d *decoder, read func() (E, error)) (set []E, err error) {
	err = d.array(func() error {
		e, err := read()
		set = append(set, e)
		return err
	})
	return set, err
}

func hasDuplicate[E comparable](set []E) bool {
	if len(set) <= 16 {
		for i, e := range set {
			if slices.Contains(set[:i], e) {
				return true
			}
		}
		return false
	}
	seen := make(map[E]bool, len(set))
	for _, e := range set {
		if seen[e] {
			return true
		}
		seen[e] = true
	}
	return false
}

// commas writes a list as DynamoDB does in messages: [a, b].
func commas[E ~string](list []E) string {
	texts := make([]string, len(list))
	for i, e := range list {
		texts[i] = string(e)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
