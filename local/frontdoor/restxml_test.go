package frontdoor_test

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

type fileInput struct {
	Bucket   string
	Key      string
	Part     int               `query:"part"`
	Kind     string            `header:"Content-Type"`
	Metadata map[string]string `headers:"x-amz-meta-"`
	Body     io.Reader         `json:"-" body:"-"`
}

type fileOutput struct {
	ETag     string            `header:"ETag"`
	Empty    string            `header:"x-amz-empty"`
	Metadata map[string]string `headers:"x-amz-meta-"`
}

type batchInput struct {
	Bucket string
	Batch  struct {
		Object []struct {
			Key  string
			Size int
		}
		Quiet bool
	} `body:"Batch"`
}

type batchOutput struct {
	XMLName xml.Name `json:"-" xml:"http://files.example/ Result"`
	Bucket  string
	Keys    []string `xml:"Key"`
}

type keyInput struct{ Bucket, Key string }

func putFile(_ context.Context, in *fileInput) (*fileOutput, error) {
	raw, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, err
	}
	switch string(raw) {
	case "broken":
		return nil, errors.New("a secret of the disk")
	case "panics":
		panic("an index out of range")
	}
	return &fileOutput{ETag: in.Bucket + "|" + in.Key + "|" + strconv.Itoa(in.Part) + "|" + in.Kind + "|" + string(raw), Metadata: in.Metadata}, nil
}

func batch(_ context.Context, in *batchInput) (*batchOutput, error) {
	out := &batchOutput{Bucket: in.Bucket}
	for _, o := range in.Batch.Object {
		out.Keys = append(out.Keys, o.Key+strconv.Itoa(o.Size+1))
	}
	return out, nil
}

func getFile(_ context.Context, in *keyInput) (*fileOutput, error) {
	if in.Key == "same" {
		return nil, &frontdoor.Error{Code: "NotModified", Status: http.StatusNotModified}
	}
	return nil, &frontdoor.Error{Code: "NoSuchKey", Message: "no <key>", Status: http.StatusNotFound, Members: map[string]any{"Key": in.Key}}
}

// fakeFiles takes bodies in which an exclamation mark stands for corruption.
func fakeFiles() frontdoor.Service {
	access := func(_ context.Context, in *fileInput) ([]iam.Access, error) {
		return []iam.Access{{Action: "files:Put", Resource: "arn:aws:files:::" + in.Bucket}}, nil
	}
	return frontdoor.Service{
		Name: "files", Protocol: frontdoor.RESTXML, Headers: []string{"x-amz-digest"},
		Body: func(r *http.Request, body io.Reader) (io.Reader, error) {
			if r.Header.Get("x-amz-digest") == "wrong" {
				return nil, frontdoor.Errorf("BadDigest", "wrong")
			}
			return body, nil
		},
		Operations: []frontdoor.Operation{
			frontdoor.Op("List", frontdoor.Anyone[struct{}], func(context.Context, *struct{}) (*batchOutput, error) { return &batchOutput{Bucket: "all"}, nil }).At("GET /", 200),
			frontdoor.Op("Put", access, putFile).At("PUT /{Bucket}/{Key...}", 201),
			frontdoor.Op("PutPart", frontdoor.Anyone[fileInput], putFile).At("PUT /{Bucket}/{Key...}?part", 202),
			frontdoor.Op("Batch", frontdoor.Anyone[batchInput], batch).At("POST /{Bucket}?batch", 200),
			frontdoor.Op("Get", frontdoor.Anyone[keyInput], getFile).At("GET /{Bucket}/{Key...}", 200),
			frontdoor.Op("GetSecond", frontdoor.Anyone[keyInput], getFile).At("GET /{Bucket}/{Key...}?version=2", 200),
			frontdoor.Op("Delete", frontdoor.Anyone[keyInput], func(context.Context, *keyInput) (*struct{}, error) { return nil, nil }).At("DELETE /{Bucket}/{Key...}", 204),
		},
	}
}

func TestRESTXML(t *testing.T) {
	tests := []struct {
		name, method, target, body string
		headers                    []string
		status                     int
		want                       string // in the body, or the ETag
	}{
		{"stream", "PUT", "/b/k", "content", []string{"Content-Type: text/plain"}, 201, "b|k|0|text/plain|content"},
		{"key as it is", "PUT", "/b/a//../%2F%20+?x-id=Put", "", nil, 201, "b|a//..// +|0||"},
		{"parameter tells", "PUT", "/b/k?part=7", "x", nil, 202, "b|k|7||x"},
		{"parameter of no number", "PUT", "/b/k?part=x", "x", nil, 400, "<Code>InvalidArgument</Code>"},
		{"parameter twice", "PUT", "/b/k?part=1&part=2", "x", nil, 400, "given more than once"},
		{"unknown parameter", "PUT", "/b/k?acl", "x", nil, 501, "not implemented: acl"},
		{"unknown header", "PUT", "/b/k", "x", []string{"x-amz-acl: private"}, 501, "not implemented: x-amz-acl"},
		{"header of all operations", "PUT", "/b/k", "x", []string{"x-amz-digest: right"}, 201, "b|k|0||x"},
		{"refused by the body", "PUT", "/b/k", "x", []string{"x-amz-digest: wrong"}, 400, "<Code>BadDigest</Code>"},
		{"another value", "GET", "/b/k?version=3", "", nil, 501, "not implemented: version"},
		{"that value", "GET", "/b/k?version=2", "", nil, 404, "NoSuchKey"},
		{"broken query", "GET", "/b/k?%zz", "", nil, 400, "<Code>InvalidURI</Code>"},
		{"not UTF-8", "GET", "/b/%ff", "", nil, 400, "is not UTF-8"},
		{"error", "GET", "/b/a&b", "", nil, 404, "<Error><Code>NoSuchKey</Code><Message>no &lt;key&gt;</Message><Key>a&amp;b</Key><Resource>/b/a&amp;b</Resource><RequestId>"},
		{"not modified", "GET", "/b/same", "", nil, 304, ""},
		{"no body wanted", "GET", "/", "x", nil, 400, "<Code>UnexpectedContent</Code>"},
		{"list", "GET", "/", "", nil, 200, `<Result xmlns="http://files.example/"><Bucket>all</Bucket></Result>`},
		{"no output", "DELETE", "/b/k", "", nil, 204, ""},
		{"unknown method", "PATCH", "/b/k", "", nil, 405, "<Code>MethodNotAllowed</Code>"},
		{"unknown path", "GET", "//k", "", nil, 405, "<Code>MethodNotAllowed</Code>"},
		{"failure", "PUT", "/b/k", "broken", nil, 500, "<Code>InternalError</Code>"},
		{"panic", "PUT", "/b/k", "panics", nil, 500, "<Code>InternalError</Code>"},
		{"batch", "POST", "/b/?batch", `<Batch xmlns="x"><Object><Key>a&lt;</Key></Object><Quiet>true</Quiet><Object><Size>2</Size><Key>b</Key></Object></Batch>`, nil, 200, "<Key>a&lt;1</Key><Key>b3</Key></Result>"},
		{"empty batch", "POST", "/b?batch", "", nil, 200, "<Bucket>b</Bucket></Result>"},
		{"another root", "POST", "/b?batch", "<Other/>", nil, 400, "element Other is given where Batch is expected"},
		{"unknown element", "POST", "/b?batch", "<Batch><Object><Name>a</Name></Object></Batch>", nil, 400, "element Object.Name is not supported"},
		{"element twice", "POST", "/b?batch", "<Batch><Quiet>true</Quiet><Quiet>true</Quiet></Batch>", nil, 400, "element Batch.Quiet is given more than once"},
		{"text beside elements", "POST", "/b?batch", "<Batch>a<Quiet>true</Quiet></Batch>", nil, 400, "element Batch: text is given where elements are expected"},
		{"elements for a text", "POST", "/b?batch", "<Batch><Quiet><a/></Quiet></Batch>", nil, 400, "element Quiet: elements are given where a text is expected"},
		{"no number", "POST", "/b?batch", "<Batch><Object><Size>x</Size></Object></Batch>", nil, 400, "element Size: &#34;x&#34; is not a int"},
		{"cut off", "POST", "/b?batch", "<Batch>", nil, 400, "<Code>MalformedXML</Code>"},
		{"two roots", "POST", "/b?batch", "<Batch/><Batch/>", nil, 400, "it is not one element"},
		{"document type", "POST", "/b?batch", `<!DOCTYPE a [<!ENTITY b "c">]><Batch/>`, nil, 400, "it has a document type"},
		{"deep", "POST", "/b?batch", strings.Repeat("<Batch>", 100), nil, 400, "nested deeper than"},
		{"large", "POST", "/b?batch", "<Batch>" + strings.Repeat(" ", 3<<20) + "</Batch>", nil, 400, "it is larger than"},
	}
	door := doortest.NewDoor(t)
	door.Register(fakeFiles())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := send(door, test.method, test.target, test.body, append(test.headers, signed("files"))...)
			got := w.Body.String()
			if tag := w.Header().Get("ETag"); tag != "" {
				got = tag
			}
			if w.Code != test.status || !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got %d %s\nwant %d with %s", w.Code, got, test.status, test.want)
			}
			if w.Header().Get("x-amz-request-id") == "" {
				t.Error("x-amz-request-id: got none, want one")
			}
		})
	}
}

func TestRESTXMLHeaders(t *testing.T) {
	door := doortest.NewDoor(t)
	door.Register(fakeFiles())
	w := send(door, "PUT", "/b/k", "x", "x-amz-meta-Color: red", "x-amz-date: 20261120T000000Z", signed("files"))
	if got := w.Header().Get("x-amz-meta-color"); got != "red" {
		t.Errorf("x-amz-meta-color: got %q, want red", got)
	}
	if got, ok := w.Header()["X-Amz-Empty"]; ok {
		t.Errorf("a header without value: got %q, want none", got)
	}
}

func TestRESTXMLIsAuthorized(t *testing.T) {
	door := doortest.NewDoor(t)
	door.Register(fakeFiles())
	cfg := doortest.AsRole(t, door, doortest.Config("", nil), "r", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"files:Get","Resource":"*"}}`)
	keys, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := send(door, "PUT", "/b/k", "x", strings.Replace(signed("files"), "AKIAX", keys.AccessKeyID, 1))
	if w.Code != 403 || !strings.Contains(w.Body.String(), "<Code>AccessDenied</Code>") {
		t.Errorf("got %d %s, want 403 AccessDenied", w.Code, w.Body)
	}
}

// TestExpectContinue has a client ask before it sends a body: it is told to
// where the operation reads it, and not where the request is refused.
func TestExpectContinue(t *testing.T) {
	door := doortest.NewDoor(t)
	door.Register(fakeFiles())
	server := httptest.NewServer(door)
	defer server.Close()
	for target, want := range map[string][2]string{"/b/k": {"HTTP/1.1 100 Continue", "HTTP/1.1 201 Created"}, "/b/k?acl": {"HTTP/1.1 501 Not Implemented", ""}} {
		connection, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		head := "PUT " + target + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n" + signed("files") + "\r\n\r\n"
		if _, err := io.WriteString(connection, head); err != nil {
			t.Fatal(err)
		}
		reader := bufio.NewReader(connection)
		if got, err := reader.ReadString('\r'); err != nil || strings.TrimSpace(got) != want[0] {
			t.Errorf("%s: got %q, %v; want %s", target, got, err, want[0])
		}
		if want[1] == "" {
			continue
		}
		if _, err := io.WriteString(connection, "x"); err != nil {
			t.Fatal(err)
		}
		reader.ReadString('\r') // the empty line after 100
		if got, err := reader.ReadString('\r'); err != nil || strings.TrimSpace(got) != want[1] {
			t.Errorf("%s: got %q, %v; want %s", target, got, err, want[1])
		}
	}
}

func FuzzRESTXML(f *testing.F) {
	for _, seed := range []struct{ method, target, body, name, value string }{
		{"PUT", "/b/k?part=1", "x", "x-amz-meta-a", "b"},
		{"POST", "/b?batch", "<Batch><Object><Key>a</Key></Object></Batch>", "Content-Type", "application/xml"},
		{"GET", "/b//?version=2&x-id=Get", "", "x-amz-acl", "private"},
		{"DELETE", "/%ff/%00", "", "X-Amz-Digest", ""},
	} {
		f.Add(seed.method, seed.target, seed.body, seed.name, seed.value)
	}
	door := doortest.NewDoor(f)
	door.Register(fakeFiles())
	f.Fuzz(func(t *testing.T, method, target, body, name, value string) {
		if strings.ContainsAny(method+target, " \r\n\x00") || strings.HasPrefix(target, "//") {
			return
		}
		r, err := readRequest(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if err != nil {
			return
		}
		r.Body = io.NopCloser(strings.NewReader(body))
		_, authorization, _ := strings.Cut(signed("files"), ": ")
		r.Header.Set(name, value)
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented && body != "broken" && body != "panics" {
			t.Errorf("%s %s with %q: got %d %s", method, target, body, w.Code, w.Body)
		}
	})
}
