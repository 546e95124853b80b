package s3_test

import (
	"bufio"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/s3"
)

// FuzzRequests sends any request: none is a failure of the service.
func FuzzRequests(f *testing.F) {
	for _, seed := range []struct{ method, target, name, value, body string }{
		{"PUT", "/" + preset + "/k", "x-amz-checksum-crc32", "AAAAAA==", "body"},
		{"PUT", "/" + preset + "/k", "x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "4\r\nbody\r\n0\r\n\r\n"},
		{"GET", "/" + preset + "/seed", "Range", "bytes=1-2", ""},
		{"HEAD", "/" + preset + "/seed", "If-None-Match", "*", ""},
		{"GET", "/" + preset + "?list-type=2&delimiter=/&continuation-token=YQ&max-keys=1", "x-amz-expected-bucket-owner", "1", ""},
		{"POST", "/" + preset + "?delete", "Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==", "<Delete><Object><Key>k</Key></Object></Delete>"},
		{"POST", "/" + preset + "/k?uploads", "x-amz-checksum-algorithm", "CRC32", ""},
		{"PUT", "/" + preset + "/k?partNumber=1&uploadId=u", "x-amz-trailer", "x-amz-checksum-sha1", "a"},
		{"POST", "/" + preset + "/k?uploadId=u", "x-amz-checksum-sha256", "a", "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>"},
		{"PUT", "/orders", "x-amz-acl", "private", "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>"},
		{"DELETE", "/orders", "x-amz-mfa", "1", ""},
		{"GET", "/", "", "", ""},
	} {
		f.Add(seed.method, seed.target, seed.name, seed.value, seed.body)
	}
	door := doortest.NewDoor(f)
	service, err := s3.New(s3.Config{
		Account: doortest.Account, Region: doortest.Region, Dir: f.TempDir(), Door: door, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		f.Fatal(err)
	}
	door.Register(service.API()...)
	f.Fuzz(func(t *testing.T, method, target, name, value, body string) {
		if strings.ContainsAny(method+target, " \r\n\x00") || strings.HasPrefix(target, "//") {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")))
		if err != nil {
			return
		}
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		r.Header.Set(name, value)
		r.Header.Set("Authorization", authorization("a"))
		r.Header.Set("x-amz-decoded-content-length", "4")
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Errorf("%s %s with %s: %q and %q: got %d %s", method, target, name, value, body, w.Code, w.Body)
		}
	})
}
