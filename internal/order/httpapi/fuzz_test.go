package httpapi_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzPlace sends any body, as text and in base64: the answer is the order, if
// encoding/json sees one in it too, or a problem that names what is at fault,
// with nothing stored.
func FuzzPlace(f *testing.F) {
	for _, body := range []string{
		`{"id":101,"amount":100}`, `{"id":1e2,"amount":100.0}`, `{"id":"101","amount":100}`, `{"id":101,"id":102}`,
		`{"id":-0,"amount":1e400}`, `{"id":9007199254740993,"amount":0.001}`, `{"id":101,"amount":NaN}`,
		`[[[[`, `{"a":{"a":{"a":{}}}}`, "\xff\xfe", "", `{"id":101,"amount":100}{}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := newAPI()
		encoded := a.post(t, string(body))
		switch encoded.StatusCode {
		case 202:
			wantOrderIn(t, body)
			if a.store.Len() != 1 {
				t.Errorf("%q is accepted, but %d orders are stored", body, a.store.Len())
			}
		case 400, 413:
			wantProblem(t, encoded)
			if a.store.Len() != 0 {
				t.Errorf("%q is refused with %s, but stored", body, encoded.Body)
			}
		default:
			t.Errorf("%q is answered with %d", body, encoded.StatusCode)
		}
		if plain := a.send(t, request{Body: string(body)}); plain.StatusCode != encoded.StatusCode || plain.Body != encoded.Body {
			t.Errorf("%q is answered %s in base64 and %s as text", body, encoded.Body, plain.Body)
		}
	})
}

// wantOrderIn fails if a lenient reader finds something else than an order.
func wantOrderIn(t *testing.T, body []byte) {
	t.Helper()
	var o struct{ ID, Amount *float64 }
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil || !utf8.Valid(body) {
		t.Errorf("%q is accepted, but is no JSON: %v", body, err)
		return
	}
	if o.ID == nil || o.Amount == nil || *o.ID < 1 || *o.ID > 1<<53-1 || *o.Amount < 0.01 || *o.Amount > 1e9 {
		t.Errorf("%q is accepted, but is out of range", body)
	}
}

func wantProblem(t *testing.T, answer response) {
	t.Helper()
	var p struct {
		Title, Detail string
		Status        int
		Errors        []struct{ Field, Detail string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &p); err != nil {
		t.Errorf("the problem %q is not JSON: %v", answer.Body, err)
	}
	if p.Title == "" || p.Detail == "" || p.Status != answer.StatusCode || (p.Status == 400 && len(p.Errors) == 0) {
		t.Errorf("the problem %s lacks something", answer.Body)
	}
}
