package frontdoor

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// writeRESTXML sends an operation's output, which its client has to take in
// time.
func (d *Door) writeRESTXML(w http.ResponseWriter, op Operation, output any) {
	value := reflect.ValueOf(output)
	if value.IsNil() {
		w.WriteHeader(op.status)
		return
	}
	setHeaders(w.Header(), value.Elem())
	if op.write != nil {
		defer d.boundAnswer(w)()
		op.write(w, output)
		return
	}
	if !value.Elem().FieldByName("XMLName").IsValid() {
		w.WriteHeader(op.status)
		return
	}
	body, err := xml.Marshal(output)
	if err != nil {
		d.log.Error("an answer can't be encoded", "operation", op.name, "error", err)
		writeRESTXMLError(w, nil, internalFailure())
		return
	}
	writeXMLDocument(w, op.status, body)
}

// setHeaders sets the headers that members of an output are bound to.
func setHeaders(header http.Header, output reflect.Value) {
	for _, field := range reflect.VisibleFields(output.Type()) {
		if name, ok := field.Tag.Lookup("header"); ok {
			if text := headerText(output.FieldByIndex(field.Index)); text != "" {
				header.Set(name, text)
			}
		}
		if prefix, ok := field.Tag.Lookup("headers"); ok {
			for name, text := range output.FieldByIndex(field.Index).Interface().(map[string]string) {
				header.Set(prefix+name, text)
			}
		}
	}
}

func headerText(value reflect.Value) string {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return ""
		}
		return fmt.Sprint(value.Elem().Interface())
	}
	if value.IsZero() {
		return ""
	}
	return fmt.Sprint(value.Interface())
}

// boundAnswer gives the client time to take an answer of the length that its
// header tells. What is returned ends that.
func (d *Door) boundAnswer(w http.ResponseWriter) (end func()) {
	length, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
	if err != nil {
		length = 0
	}
	connection := http.NewResponseController(w)
	if connection.SetWriteDeadline(time.Now().Add(d.allowance(length))) != nil {
		return func() {} // no connection, such as a test's recorder
	}
	return func() {
		// A connection that can't be reset is broken, and found so at its next use.
		_ = connection.SetWriteDeadline(time.Time{})
	}
}

// writeRESTXMLError answers with an Error document, as S3 does:
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func writeRESTXMLError(w http.ResponseWriter, r *http.Request, e *Error) {
	if e.status() == http.StatusNotModified {
		w.WriteHeader(e.status())
		return
	}
	if e.Code == internalFailure().Code {
		e = &Error{Code: "InternalError", Message: "We encountered an internal error. Please try again.", Status: e.Status}
	}
	var body bytes.Buffer
	write := func(name, text string) {
		body.WriteString("<" + name + ">")
		xml.EscapeText(&body, []byte(text))
		body.WriteString("</" + name + ">")
	}
	body.WriteString("<Error>")
	write("Code", e.Code)
	write("Message", e.Message)
	for _, name := range slices.Sorted(maps.Keys(e.Members)) {
		write(name, fmt.Sprint(e.Members[name]))
	}
	if r != nil {
		write("Resource", r.URL.Path)
	}
	write("RequestId", w.Header().Get("x-amz-request-id"))
	body.WriteString("</Error>")
	writeXMLDocument(w, e.status(), body.Bytes())
}

func writeXMLDocument(w http.ResponseWriter, status int, body []byte) {
	body = append([]byte(xml.Header), body...)
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}
