package frontdoor

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

func writeQueryAnswer(w http.ResponseWriter, service Service, name string, output any) {
	var body bytes.Buffer
	fmt.Fprintf(&body, "<%sResponse xmlns=%q>", name, service.Namespace)
	fmt.Fprintf(&body, "<%sResult>", name)
	writeXMLFields(&body, reflect.ValueOf(output))
	fmt.Fprintf(&body, "</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>",
		name, w.Header().Get("x-amzn-RequestId"), name)
	writeXML(w, http.StatusOK, body.Bytes())
}

func writeQueryError(w http.ResponseWriter, service Service, e *Error) {
	var body bytes.Buffer
	fmt.Fprintf(&body, "<ErrorResponse xmlns=%q><Error><Type>%s</Type><Code>", service.Namespace, e.fault())
	xml.EscapeText(&body, []byte(e.Code))
	body.WriteString("</Code><Message>")
	xml.EscapeText(&body, []byte(e.Message))
	fmt.Fprintf(&body, "</Message></Error><RequestId>%s</RequestId></ErrorResponse>", w.Header().Get("x-amzn-RequestId"))
	writeXML(w, e.status(), body.Bytes())
}

func writeXML(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// writeXMLFields writes the members of a struct, those of embedded structs
// among them, and those without a value left out.
func writeXMLFields(out *bytes.Buffer, value reflect.Value) {
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return
		}
		value = value.Elem()
	}
	if value.Kind() != reflect.Struct {
		return // an operation without output
	}
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Anonymous {
			writeXMLFields(out, value.Field(i))
			continue
		}
		name, isMember := memberName(field)
		if !isMember || isLeftOut(field, value.Field(i)) {
			continue
		}
		out.WriteString("<" + name + ">")
		writeXMLValue(out, value.Field(i))
		out.WriteString("</" + name + ">")
	}
}

func isLeftOut(field reflect.StructField, value reflect.Value) bool {
	if value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface {
		return value.IsNil()
	}
	_, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.HasPrefix(options, "omit") && value.IsZero()
}

const xmlTime = "2006-01-02T15:04:05.000Z"

func writeXMLValue(out *bytes.Buffer, value reflect.Value) {
	switch typed := value.Interface().(type) {
	case Timestamp:
		out.WriteString(typed.UTC().Format(xmlTime))
		return
	case time.Time:
		out.WriteString(typed.UTC().Format(xmlTime))
		return
	case []byte:
		out.WriteString(base64.StdEncoding.EncodeToString(typed))
		return
	}
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			writeXMLValue(out, value.Elem())
		}
	case reflect.Struct:
		writeXMLFields(out, value)
	case reflect.Slice:
		for i := range value.Len() {
			out.WriteString("<member>")
			writeXMLValue(out, value.Index(i))
			out.WriteString("</member>")
		}
	case reflect.Map:
		writeXMLMap(out, value)
	default:
		xml.EscapeText(out, []byte(fmt.Sprint(value.Interface())))
	}
}

func writeXMLMap(out *bytes.Buffer, value reflect.Value) {
	entries := map[string]reflect.Value{}
	for _, key := range value.MapKeys() {
		entries[key.String()] = value.MapIndex(key)
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		out.WriteString("<entry><key>")
		xml.EscapeText(out, []byte(key))
		out.WriteString("</key><value>")
		writeXMLValue(out, entries[key])
		out.WriteString("</value></entry>")
	}
}
