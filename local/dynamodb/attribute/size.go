package attribute

// ItemSize is the size of an item in bytes, which limits items (400 KB) and pages (1 MB).
// The rules are in the Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats": names and strings count their
// UTF-8 bytes, a number about a byte for two digits and one more, lists and maps 3 bytes and one for each element.
func ItemSize(item Map) int {
	total := 0
	for name, v := range item {
		total += len(name) + v.size()
	}
	return total
}

func (v String) size() int    { return len(v) }
func (v Binary) size() int    { return len(v) }
func (v Bool) size() int      { return 1 }
func (v Null) size() int      { return 1 }
func (v Map) size() int       { return 3 + len(v) + ItemSize(v) }
func (v StringSet) size() int { return setSize(v) }
func (v NumberSet) size() int { return setSize(v) }
func (v BinarySet) size() int { return setSize(v) }

func (v List) size() int {
	total := 3
	for _, e := range v {
		total += 1 + e.size()
	}
	return total
}

func setSize[E Value](set []E) int {
	total := 0
	for _, e := range set {
		total += e.size()
	}
	return total
}

// size counts a byte for each pair of digits (pairs start at even exponents), one for the exponent and one for a minus.
func (n Number) size() int {
	negative, digits, lead := n.parts()
	if digits == "" {
		return 1
	}
	pairs := len(digits)
	if lead%2 == 0 {
		pairs++
	}
	total := 1 + (pairs+1)/2
	if negative {
		total++
	}
	return total
}

// TooDeep tells whether lists and maps in the item are nested beyond MaxDepth.
func TooDeep(item Map) bool {
	for _, v := range item {
		if deeper(v, MaxDepth) {
			return true
		}
	}
	return false
}

func deeper(v Value, levels int) bool {
	if levels == 0 {
		return true
	}
	switch v := v.(type) {
	case List:
		for _, e := range v {
			if deeper(e, levels-1) {
				return true
			}
		}
	case Map:
		for _, e := range v {
			if deeper(e, levels-1) {
				return true
			}
		}
	}
	return false
}
