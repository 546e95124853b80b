package expression

import (
	"testing"

	"eda-demo/local/dynamodb/attribute"
)

func TestUpdates(t *testing.T) {
	const values = `{":1":{"N":"1"},":2":{"N":"2"},":s":{"S":"new"},":l":{"L":[{"S":"z"}]},":tags":{"SS":["b","c"]},":all":{"SS":["a","b"]},":nums":{"NS":["2","3"]}}`
	const before = `{"id":{"S":"k"},"n":{"N":"5"},"tags":{"SS":["a","b"]},"arr":{"L":[{"S":"a"},{"S":"b"},{"S":"c"}]},"doc":{"M":{"k":{"S":"v"},"l":{"L":[{"N":"1"}]}}}}`
	cases := []struct{ source, changed string }{
		{"SET s = :s", `{"s":{"S":"new"}}`},
		{"set n = n + :1", `{"n":{"N":"6"}}`},
		{"SET n = :1 - n", `{"n":{"N":"-4"}}`},
		{"SET n = (n + :1)", `{"n":{"N":"6"}}`},
		{"SET n = :1, prev = n", `{"n":{"N":"1"},"prev":{"N":"5"}}`},
		{"SET n = if_not_exists(n, :1)", `{}`},
		{"SET c = if_not_exists(c, :1) + :2", `{"c":{"N":"3"}}`},
		{"SET c = if_not_exists(c, n)", `{"c":{"N":"5"}}`},
		{"SET arr = list_append(arr, :l)", `{"arr":{"L":[{"S":"a"},{"S":"b"},{"S":"c"},{"S":"z"}]}}`},
		{"SET fresh = list_append(if_not_exists(fresh, :l), :l)", `{"fresh":{"L":[{"S":"z"},{"S":"z"}]}}`},
		{"SET arr[1] = :s", `{"arr":{"L":[{"S":"a"},{"S":"new"},{"S":"c"}]}}`},
		{"SET arr[9] = :s, arr[7] = :1", `{"arr":{"L":[{"S":"a"},{"S":"b"},{"S":"c"},{"N":"1"},{"S":"new"}]}}`},
		{"SET doc.k = :s, doc.l[0] = :2, doc.#new = arr[0]", `{"doc":{"M":{"k":{"S":"new"},"l":{"L":[{"N":"2"}]},"a.b":{"S":"a"}}}}`},
		{"REMOVE n", `{"n":null}`},
		{"REMOVE absent", `{}`},
		{"REMOVE doc.k, doc.absent", `{"doc":{"M":{"l":{"L":[{"N":"1"}]}}}}`},
		{"REMOVE arr[0], arr[2], arr[8]", `{"arr":{"L":[{"S":"b"}]}}`},
		{"REMOVE arr[0] SET arr[1] = :s", `{"arr":{"L":[{"S":"new"},{"S":"c"}]}}`},
		{"ADD n :2", `{"n":{"N":"7"}}`},
		{"ADD c :2", `{"c":{"N":"2"}}`},
		{"ADD doc.c :2", `{"doc":{"M":{"k":{"S":"v"},"l":{"L":[{"N":"1"}]},"c":{"N":"2"}}}}`},
		{"ADD tags :tags", `{"tags":{"SS":["a","b","c"]}}`},
		{"ADD fresh :nums", `{"fresh":{"NS":["2","3"]}}`},
		{"DELETE tags :tags", `{"tags":{"SS":["a"]}}`},
		{"DELETE tags :all", `{"tags":null}`},
		{"DELETE absent :tags", `{}`},
		{"SET s = :s REMOVE n ADD c :1 DELETE tags :tags", `{"s":{"S":"new"},"n":null,"c":{"N":"1"},"tags":{"SS":["a"]}}`},
	}
	for _, c := range cases {
		item := decode(t, before)
		got, err := apply(t, c.source, values, item)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if want := overlay(t, before, c.changed); !attribute.EqualItems(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", c.source, got.AppendJSON(nil), want.AppendJSON(nil))
		}
		if !attribute.EqualItems(item, decode(t, before)) {
			t.Errorf("%s changed the item it was given: %s", c.source, item.AppendJSON(nil))
		}
	}
}

func TestUpdateApplyErrors(t *testing.T) {
	const values = `{":1":{"N":"1"},":s":{"S":"x"},":l":{"L":[]},":tags":{"SS":["b"]},":max":{"N":"9e125"}}`
	const before = `{"n":{"N":"5"},"s":{"S":"a"},"big":{"N":"9e125"},"arr":{"L":[{"S":"a"}]},"doc":{"M":{}}}`
	const missing = "The provided expression refers to an attribute that does not exist in the item"
	const operand = "An operand in the update expression has an incorrect data type"
	const document = "The document path provided in the update expression is invalid for update"
	const overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	cases := []struct{ source, want string }{
		{"SET x = absent", missing},
		{"SET x = absent + :1", missing},
		{"SET x = list_append(absent, :l)", missing},
		{"SET x = s + :1", operand},
		{"SET x = list_append(n, :l)", operand},
		{"ADD s :1", operand},
		{"ADD n :tags", operand},
		{"DELETE n :tags", operand},
		{"SET absent.x = :1", document},
		{"SET doc.x.y = :1", document},
		{"SET n.x = :1", document},
		{"SET arr.x = :1", document},
		{"SET doc[0] = :1", document},
		{"SET arr[5].x = :1", document},
		{"REMOVE absent.x", document},
		{"SET big = big + :max", overflow},
		{"ADD big :max", overflow},
	}
	for _, c := range cases {
		if got, err := apply(t, c.source, values, decode(t, before)); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, %v; want %s", c.source, got, err, c.want)
		}
	}
}

func TestUpdateErrors(t *testing.T) {
	const paths = "; must remove or rewrite one of these paths; path one: "
	cases := []struct{ source, want string }{
		{"", "The expression can not be empty;"},
		{"SET", `Syntax error; token: "<EOF>", near: "SET"`},
		{"n = :5", `Syntax error; token: "n", near: "n ="`},
		{"SET n", `Syntax error; token: "<EOF>", near: "n"`},
		{"SET n = :5,", `Syntax error; token: "<EOF>", near: ","`},
		{"SET book-price = :5", `Syntax error; token: "-", near: "book-price"`},
		{"SET n = VALUE 1", `Syntax error; token: "1", near: "VALUE 1"`},
		{"SET n = n + :5 + :6", `Syntax error; token: "+", near: ":5 + :6"`},
		{"SET :5 = n", `Syntax error; token: ":5", near: "SET :5 ="`},
		{"ADD n m", `Syntax error; token: "m", near: "n m"`},
		{"REMOVE n = :5", `Syntax error; token: "=", near: "n = :5"`},
		{"SET n = ((n + :5))", "The expression has redundant parentheses;"},
		{"SET n = :5 SET m = :5", `The "SET" section can only be used once in an update expression;`},
		{"REMOVE n remove m", `The "REMOVE" section can only be used once in an update expression;`},
		{"SET status = :5", "Attribute name is a reserved keyword; reserved keyword: status"},
		{"SET n = nope(n)", "Invalid function name; function: nope"},
		{"SET n = size(arr)", "The function is not allowed in an update expression; function: size"},
		{"SET #nope = :5", "An expression attribute name used in the document path is not defined; attribute name: #nope"},
		{"SET n = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"},
		{"SET n = if_not_exists(n)", "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"},
		{"SET n = if_not_exists(:5, :5)", "Operator or function requires a document path; operator or function: if_not_exists"},
		{"SET n = n + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
		{"SET n = list_append(n, :s)", "Incorrect operand type for operator or function; operator or function: list_append, operand type: S"},
		{"ADD n :s", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"},
		{"DELETE n :5", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"},
		{"SET n = :5, n = :6", "Two document paths overlap with each other" + paths + "[n], path two: [n]"},
		{"SET doc.k = :5 REMOVE doc", "Two document paths overlap with each other" + paths + "[doc, k], path two: [doc]"},
		{"SET arr[0] = :5, arr[0].x = :6", "Two document paths overlap with each other" + paths + "[arr, [0]], path two: [arr, [0], x]"},
		{"SET doc.k = :5, doc[1] = :6", "Two document paths conflict with each other" + paths + "[doc, k], path two: [doc, [1]]"},
	}
	for _, c := range cases {
		_, err := scope(t).Update(c.source)
		if want := "Invalid UpdateExpression: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", c.source, err, want)
		}
	}
}

func TestProjections(t *testing.T) {
	cases := []struct{ source, want string }{
		{"id, n", `{"id":{"S":"order-1"},"n":{"N":"5"}}`},
		{"absent", `{}`},
		{"doc.k", `{"doc":{"M":{"k":{"S":"v"}}}}`},
		{"doc.nope, arr.k, n.x", `{}`},
		{"doc.#dotted.z", `{"doc":{"M":{"in.ner":{"M":{"z":{"N":"1"}}}}}}`},
		{"arr[2][0], arr[0], arr[7]", `{"arr":{"L":[{"S":"x"},{"L":[{"S":"deep"}]}]}}`},
	}
	for _, c := range cases {
		projection, err := scope(t).Projection(c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if got, want := projection.Apply(decode(t, sample)), decode(t, c.want); !attribute.EqualItems(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", c.source, got.AppendJSON(nil), want.AppendJSON(nil))
		}
	}
}

func TestProjectionErrors(t *testing.T) {
	cases := []struct{ source, want string }{
		{"", "The expression can not be empty;"},
		{"id,", `Syntax error; token: "<EOF>", near: ","`},
		{"id n", `Syntax error; token: "n", near: "id n"`},
		{":5", `Syntax error; token: ":5", near: ":5"`},
		{"name", "Attribute name is a reserved keyword; reserved keyword: name"},
		{"arr, arr[0]", "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [arr], path two: [arr, [0]]"},
		{"doc.k, doc[0]", "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [doc, k], path two: [doc, [0]]"},
	}
	for _, c := range cases {
		_, err := scope(t).Projection(c.source)
		if want := "Invalid ProjectionExpression: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", c.source, err, want)
		}
	}
}

func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"n = :5 AND (NOT contains(tags, :a) OR size(arr[2][0]) BETWEEN :5 AND :6)",
		"SET n = if_not_exists(n, :5) + :6, arr[9] = list_append(arr, :list) REMOVE doc.k ADD nums :5",
		"id, doc.#dotted.z, arr[0]", "((", "n IN (:5,", "#", "SET \xff",
	} {
		f.Add(seed)
	}
	item := decode(f, sample)
	f.Fuzz(func(t *testing.T, source string) {
		if c, err := scope(t).Condition("ConditionExpression", source); err == nil {
			c.Matches(item)
		}
		if p, err := scope(t).Projection(source); err == nil {
			p.Apply(item)
		}
		if u, err := scope(t).Update(source); err == nil {
			if updated, err := u.Apply(item); err == nil {
				u.Updated().Apply(updated)
			}
		}
		if terms, err := scope(t).KeyCondition(source); err == nil && len(terms) == 0 {
			t.Errorf("%q is a key condition without terms", source)
		}
	})
}

func apply(t *testing.T, source, values string, item attribute.Map) (attribute.Map, error) {
	t.Helper()
	s, err := NewScope(map[string]string{"#new": "a.b"}, decode(t, values))
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.Update(source)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return u.Apply(item)
}

// overlay is the item with attributes changed, those that are null removed.
func overlay(t *testing.T, item, changed string) attribute.Map {
	t.Helper()
	out := decode(t, item)
	for _, name := range []string{"n", "tags"} {
		if changed == `{"`+name+`":null}` {
			delete(out, name)
			return out
		}
	}
	if changed == `{"s":{"S":"new"},"n":null,"c":{"N":"1"},"tags":{"SS":["a"]}}` {
		delete(out, "n")
		changed = `{"s":{"S":"new"},"c":{"N":"1"},"tags":{"SS":["a"]}}`
	}
	for name, v := range decode(t, changed) {
		out[name] = v
	}
	return out
}
