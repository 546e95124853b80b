package expression

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/local/dynamodb/attribute"
)

const sample = `{
	"id":{"S":"order-1"}, "n":{"N":"5"}, "m":{"N":"10"}, "bits":{"B":"AQID"}, "yes":{"BOOL":true}, "nil":{"NULL":true},
	"tags":{"SS":["a","b"]}, "nums":{"NS":["1","2"]}, "blobs":{"BS":["AQ=="]},
	"arr":{"L":[{"S":"x"},{"N":"7"},{"L":[{"S":"deep"}]}]},
	"doc":{"M":{"k":{"S":"v"},"in.ner":{"M":{"z":{"N":"1"}}}}}
}`

const sampleNames = `{"#dotted":"in.ner","#status":"status"}`

const sampleValues = `{
	":5":{"N":"5"}, ":6":{"N":"6"}, ":10":{"N":"10.0"}, ":s":{"S":"order-1"}, ":order":{"S":"order"}, ":der":{"S":"der"},
	":a":{"S":"a"}, ":zz":{"S":"zz"}, ":x":{"S":"x"}, ":bin":{"B":"AQI="}, ":true":{"BOOL":true}, ":null":{"NULL":true},
	":SS":{"S":"SS"}, ":bogus":{"S":"TEXT"}, ":tags":{"SS":["b","a"]}, ":list":{"L":[{"S":"deep"}]}, ":1":{"N":"1"}, ":3":{"N":"3"}
}`

func TestConditions(t *testing.T) {
	cases := []struct {
		source string
		want   bool
	}{
		{"n = :5", true},
		{"n = :6", false},
		{"m = :10", true},
		{"n = :s", false},
		{"absent = :5", false},
		{"absent <> :5", true},
		{"absent = absent2", false},
		{"n <> :5", false},
		{"n <> :s", true},
		{"n < m", true},
		{"n < :s", false},
		{"n >= :5 AND n <= :5 and NOT n > :5", true},
		{"absent < :5", false},
		{"tags = :tags", true},
		{"yes = :true AND nil = :null", true},
		{":6 > n", true},
		{"n BETWEEN :5 AND :6", true},
		{"n BETWEEN :6 AND :10", false},
		{"n between :1 and m", true},
		{"absent BETWEEN :1 AND :5", false},
		{"n IN (:6, :5)", true},
		{"n in (:6)", false},
		{"absent IN (:5)", false},
		{"n = :6 OR n = :5", true},
		{"n = :6 OR n = :5 AND id = :zz", false},
		{"(n = :6 OR n = :5) AND id = :s", true},
		{"NOT n = :6 AND NOT (n = :6)", true},
		{"not NOT n = :5", true},
		{"(n) = (:5)", true},
		{"attribute_exists(n)", true},
		{"attribute_exists(doc.k)", true},
		{"attribute_exists(doc.nope)", false},
		{"attribute_exists(nil)", true},
		{"attribute_not_exists(doc.k.nope)", true},
		{"attribute_exists(arr[1])", true},
		{"attribute_exists(arr[3])", false},
		{"attribute_exists(arr.k)", false},
		{"attribute_exists(doc[0])", false},
		{"arr[2][0] = arr[0]", false},
		{"doc.#dotted.z = :1", true},
		{"attribute_not_exists(#status)", true},
		{"attribute_type(tags, :SS)", true},
		{"attribute_type(n, :SS)", false},
		{"attribute_type(absent, :SS)", false},
		{"begins_with(id, :order)", true},
		{"begins_with(id, :der)", false},
		{"begins_with(bits, :bin)", true},
		{"begins_with(n, :order)", false},
		{"contains(id, :der)", true},
		{"contains(tags, :a)", true},
		{"contains(tags, :zz)", false},
		{"contains(tags, :5)", false},
		{"contains(nums, :1)", true},
		{"contains(arr, :x)", true},
		{"contains(arr, :list)", true},
		{"contains(bits, :bin)", true},
		{"contains(n, :5)", false},
		{"contains(absent, :5)", false},
		{"contains(id, absent)", false},
		{"size(id) > :6", true},
		{"size(arr) = :3", true},
		{"size(bits) = :3 AND size(tags) < :3 AND size(doc) < :3", true},
		{"size(n) = :1", false},
		{"size(absent) < :5", false},
	}
	item := decode(t, sample)
	for _, c := range cases {
		condition, err := scope(t).Condition("ConditionExpression", c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if got := condition.Matches(item); got != c.want {
			t.Errorf("%s: got %v, want %v", c.source, got, c.want)
		}
	}
}

func TestNothingExistsInAMissingItem(t *testing.T) {
	condition, err := scope(t).Condition("ConditionExpression", "attribute_not_exists(id)")
	if err != nil || !condition.Matches(nil) {
		t.Errorf("attribute_not_exists(id) does not hold for a missing item (%v)", err)
	}
}

func TestConditionErrors(t *testing.T) {
	cases := []struct{ source, want string }{
		{"", "The expression can not be empty;"},
		{"   ", `Syntax error; token: "<EOF>", near: ""`},
		{"n", `Syntax error; token: "<EOF>", near: "n"`},
		{"n = ", `Syntax error; token: "<EOF>", near: "="`},
		{"n == :5", `Syntax error; token: "=", near: "== :5"`},
		{"n = :5 AND", `Syntax error; token: "<EOF>", near: "AND"`},
		{"n = :5 :6", `Syntax error; token: ":6", near: ":5 :6"`},
		{"n = 5", `Syntax error; token: "5", near: "= 5"`},
		{"n ! :5", `Syntax error; token: "!", near: "n ! :5"`},
		{"n = 'é'", `Syntax error; token: "'", near: "= 'é"`},
		{"(n = :5", `Syntax error; token: "<EOF>", near: ":5"`},
		{"n IN ()", `Syntax error; token: ")", near: "()"`},
		{"n BETWEEN :5 OR :6", `Syntax error; token: "OR", near: ":5 OR :6"`},
		{"arr[x] = :5", `Syntax error; token: "x", near: "[x]"`},
		{"arr[-1] = :5", `Syntax error; token: "-", near: "[-1"`},
		{"n = :", `Syntax error; token: ":", near: "= :"`},
		{"(n AND :5) = :6", `Syntax error; token: "AND", near: "n AND :5"`},
		{"((n = :5))", "The expression has redundant parentheses;"},
		{"((n)) = :5", "The expression has redundant parentheses;"},
		{"nope(n)", "Invalid function name; function: nope"},
		{"SIZE(n) = :5", "Invalid function name; function: SIZE"},
		{"n = if_not_exists(n, :5)", "The function is not allowed in a condition expression; function: if_not_exists"},
		{"size(n)", "The function is not allowed to be used this way in an expression; function: size"},
		{"n = :5 AND size(n)", "The function is not allowed to be used this way in an expression; function: size"},
		{"attribute_exists(n) = :5", "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"contains(n, attribute_exists(n))", "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"status = :5", "Attribute name is a reserved keyword; reserved keyword: status"},
		{"doc.Data = :5", "Attribute name is a reserved keyword; reserved keyword: Data"},
		{"#nope = :5", "An expression attribute name used in the document path is not defined; attribute name: #nope"},
		{"n = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"},
		{"size(n, m) = :5", "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2"},
		{"begins_with(n)", "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"},
		{"n = n", "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]"},
		{"contains(doc.k, doc.k)", "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [doc, k]"},
		{"arr[1] IN (:5, arr[1])", "The first operand must be distinct from the remaining operands for this operator or function; operator: IN, first operand: [arr, [1]]"},
		{"attribute_exists(:5)", "Operator or function requires a document path; operator or function: attribute_exists"},
		{"begins_with(id, :5)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"attribute_type(id, :5)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
		{"attribute_type(id, n)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
		{"attribute_type(id, :bogus)", "Invalid attribute type name found; type: TEXT, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
		{"size(:5) = :5", "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
		{"n < :true", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"},
		{"n BETWEEN :6 AND :5", "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:5}"},
		{"n BETWEEN :6 AND :s", "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {S:order-1}"},
		{"arr[99999999999] = :5", "List index is not within the allowable range; index: [99999999999]"},
		{"a" + strings.Repeat(".a", 32) + " = :5", "The document path has too many nesting levels; nesting levels: 33"},
		{"n IN (" + strings.Repeat(":5,", 100) + ":5)", "The IN operator is provided with too many operands; number of operands: 101"},
		{strings.Repeat("n=:5 OR ", 151) + "n=:5", "The expression contains too many operators; operator count: 303"},
		{strings.Repeat(" ", 4097), "Expression size has exceeded the maximum allowed size; expression size: 4097"},
	}
	for _, c := range cases {
		_, err := scope(t).Condition("FilterExpression", c.source)
		if want := "Invalid FilterExpression: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%.80s:\n got %v\nwant %s", c.source, err, want)
		}
	}
}

func TestScopeRefusesBadAndUnusedPlaceholders(t *testing.T) {
	cases := []struct{ names, values, want string }{
		{`{}`, ``, "ExpressionAttributeNames must not be empty"},
		{``, `{}`, "ExpressionAttributeValues must not be empty"},
		{`{"n":"n"}`, ``, `ExpressionAttributeNames contains invalid key: Syntax error; key: "n"`},
		{`{"#":"n"}`, ``, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{`{"#a-b":"n"}`, ``, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"`},
		{``, `{"v":{"S":"x"}}`, `ExpressionAttributeValues contains invalid key: Syntax error; key: "v"`},
		{`{"#n":"n","#y":"y","#x":"x"}`, `{":v":{"S":"x"}}`, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x, #y}"},
		{`{"#n":"n"}`, `{":v":{"S":"x"},":w":{"S":"x"}}`, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
		{`{"#n":"n"}`, `{":v":{"S":"x"}}`, ""},
	}
	for _, c := range cases {
		err := useScope(t, c.names, c.values)
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("names %s, values %s: got %v, want %q", c.names, c.values, err, c.want)
		}
	}
}

// useScope parses #n = :v in a scope of the given names and values.
func useScope(t *testing.T, namesJSON, valuesJSON string) error {
	var names map[string]string
	if namesJSON != "" {
		if err := json.Unmarshal([]byte(namesJSON), &names); err != nil {
			t.Fatal(err)
		}
	}
	var values attribute.Map
	if valuesJSON != "" {
		values = decode(t, valuesJSON)
	}
	s, err := NewScope(names, values)
	if err != nil {
		return err
	}
	if _, err := s.Condition("ConditionExpression", "#n = :v"); err != nil {
		return err
	}
	return s.Unused()
}

func TestEveryReservedWordIsRefused(t *testing.T) {
	if got, want := len(reservedWords), 573; got != want {
		t.Errorf("there are %d reserved words, want %d", got, want)
	}
	for _, word := range []string{"ABORT", "flattern", "Timestamp", "zone"} {
		if !isReserved(word) {
			t.Errorf("%s is not reserved", word)
		}
	}
	for _, word := range []string{"amount", "createdAt", "outbox", "id"} {
		if isReserved(word) {
			t.Errorf("%s is reserved", word)
		}
	}
}

func TestKeyConditions(t *testing.T) {
	cases := []struct{ source, want string }{
		{"id = :s", "id = [order-1]"},
		{":s = id", "id = [order-1]"},
		{"id = :s AND n < :5", "id = [order-1]; n < [5]"},
		{"id = :s AND :5 < n", "id = [order-1]; n > [5]"},
		{"(id = :s) AND (n BETWEEN :5 AND :6)", "id = [order-1]; n BETWEEN [5 6]"},
		{"begins_with(id, :order) AND n = :5", "id begins_with [order]; n = [5]"},
	}
	for _, c := range cases {
		terms, err := scope(t).KeyCondition(c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if got := describe(terms); got != c.want {
			t.Errorf("%s: got %s, want %s", c.source, got, c.want)
		}
	}
}

func describe(terms []KeyTerm) string {
	var parts []string
	for _, term := range terms {
		values := make([]string, len(term.Values))
		for i, v := range term.Values {
			values[i] = strings.Trim(strings.SplitN(quote(v), ":", 3)[2], "}")
		}
		parts = append(parts, term.Attribute+" "+term.Operator+" ["+strings.Join(values, " ")+"]")
	}
	return strings.Join(parts, "; ")
}

func TestKeyConditionErrors(t *testing.T) {
	cases := []struct{ source, want string }{
		{"id = :s OR n = :5", "Invalid operator used in KeyConditionExpression: OR"},
		{"NOT id = :s", "Invalid operator used in KeyConditionExpression: NOT"},
		{"id IN (:s)", "Invalid operator used in KeyConditionExpression: IN"},
		{"id <> :s", "Invalid operator used in KeyConditionExpression: <>"},
		{"contains(id, :s)", "Invalid operator used in KeyConditionExpression: contains"},
		{"attribute_exists(id)", "Invalid operator used in KeyConditionExpression: attribute_exists"},
		{"size(id) = :5", "KeyConditionExpressions cannot contain nested operations"},
		{"id = n", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{":s = :5", "Invalid condition in KeyConditionExpression: No key attribute specified"},
		{":5 BETWEEN n AND :6", "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"},
		{"begins_with(:s, id)", "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"},
		{"doc.k = :s", "KeyConditionExpressions cannot have conditions on nested attributes"},
		{"n > :5 AND n < :6", "KeyConditionExpressions must only contain one condition per key"},
		{"id =", `Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "="`},
		{"begins_with(id, :5)", "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
	}
	for _, c := range cases {
		if _, err := scope(t).KeyCondition(c.source); err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.source, err, c.want)
		}
	}
}

func scope(t testing.TB) *Scope {
	t.Helper()
	var names map[string]string
	if err := json.Unmarshal([]byte(sampleNames), &names); err != nil {
		t.Fatal(err)
	}
	s, err := NewScope(names, decode(t, sampleValues))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func decode(t testing.TB, text string) attribute.Map {
	t.Helper()
	m, err := attribute.DecodeMap([]byte(text))
	if err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return m
}
