package frontdoor

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"eda-demo/local/iam"
	"eda-demo/local/strictjson"
)

func (d *Door) serveJSON(w http.ResponseWriter, r *http.Request, signer string, p iam.Principal, target string, body []byte) {
	prefix, name, _ := strings.Cut(target, ".")
	e := d.byTarget[prefix]
	if e == nil || e.signingName() != signer && p.Kind != iam.Nobody {
		d.refuse(w, r, unknownOperation(target))
		return
	}
	output, failure := d.handleJSON(r, e, p, name, body)
	a := answer{status: http.StatusOK, contentType: "application/x-amz-json-1.0", checksum: e.CRC32, value: output}
	if e.Protocol == JSON11 {
		a.contentType = "application/x-amz-json-1.1"
	}
	if failure != nil {
		if failure.QueryCode != "" {
			w.Header().Set("x-amzn-query-error", failure.QueryCode+";"+failure.fault())
		}
		a.status, a.value = failure.status(), failure.document()
	}
	d.write(w, a)
}

func (d *Door) handleJSON(r *http.Request, e *endpoint, p iam.Principal, name string, body []byte) (any, *Error) {
	if p.Kind == iam.Nobody {
		return nil, missingToken()
	}
	op, ok := e.operations[name]
	if !ok {
		return nil, unknownOperation(name)
	}
	input := op.input()
	if err := decodeJSON(body, input); err != nil {
		return nil, e.undecodable(err)
	}
	output, err := d.perform(r.Context(), p, e, op, input)
	if err != nil {
		return nil, d.toError(r.Context(), e.Name, name, err)
	}
	return output, nil
}

// undecodable tells input that is no JSON, or JSON of another shape, from
// input with members or values that the operation does not take.
func (e *endpoint) undecodable(err error) *Error {
	var known *Error
	var syntax *json.SyntaxError
	var mismatch *strictjson.TypeError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &syntax):
		return Errorf("SerializationException", "the request is not JSON: %v", err)
	case errors.As(err, &mismatch):
		return Errorf("SerializationException", "%v", err)
	}
	return e.invalid(err)
}

// decodeJSON decodes strictly: a member that is not known could change what
// the call does, so it is refused rather than ignored.
func decodeJSON(raw []byte, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	return strictjson.Unmarshal(raw, into)
}

// document is the body of an error. Some services' models call the text
// "message" and others "Message"; clients take either, if it is theirs.
func (e *Error) document() map[string]any {
	document := map[string]any{"__type": e.Code, "message": e.Message, "Message": e.Message}
	for name, value := range e.Members {
		document[name] = value
	}
	return document
}

// answer is a response in JSON.
type answer struct {
	status      int
	contentType string
	value       any
	checksum    bool
}

// write encodes and sends an answer. If that fails, the service is at fault
// and the client gets an internal failure.
func (d *Door) write(w http.ResponseWriter, a answer) {
	body, err := encode(a.value)
	if err != nil {
		d.log.Error("an answer can't be encoded", "error", err)
		a.status = http.StatusInternalServerError
		body = []byte(`{"__type":"InternalFailure"}`)
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if a.checksum {
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	w.WriteHeader(a.status)
	w.Write(body)
}

// encode is an output's JSON; that of none is an object without members.
func encode(output any) ([]byte, error) {
	if value := reflect.ValueOf(output); output == nil || value.Kind() == reflect.Pointer && value.IsNil() {
		return []byte("{}"), nil
	}
	return json.Marshal(output)
}
