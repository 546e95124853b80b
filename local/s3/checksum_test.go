package s3_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

func base64Of(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// sums are the checksums of "123456789": those of CRCs are the check values
// that their specifications give.
func sums() map[string]string {
	one, two := sha1.Sum([]byte("123456789")), sha256.Sum256([]byte("123456789"))
	return map[string]string{
		"crc32":     base64Of([]byte{0xCB, 0xF4, 0x39, 0x26}),
		"crc32c":    base64Of([]byte{0xE3, 0x06, 0x92, 0x83}),
		"crc64nvme": base64Of([]byte{0xAE, 0x8B, 0x14, 0x86, 0x0A, 0x79, 0x98, 0x88}),
		"sha1":      base64Of(one[:]),
		"sha256":    base64Of(two[:]),
	}
}

func TestChecksums(t *testing.T) {
	c := newCloud(t)
	for algorithm, sum := range sums() {
		name := "x-amz-checksum-" + algorithm
		got := c.want(200, "", "PUT", "/"+preset+"/"+algorithm, "123456789", name+": "+sum, "x-amz-sdk-checksum-algorithm: "+strings.ToUpper(algorithm))
		if got.header.Get(name) != sum || got.header.Get("x-amz-checksum-type") != "FULL_OBJECT" {
			t.Errorf("PUT with %s: got %v, want the checksum %s", algorithm, got.header, sum)
		}
		got = c.want(200, "", "HEAD", "/"+preset+"/"+algorithm, "", "x-amz-checksum-mode: ENABLED")
		if got.header.Get(name) != sum {
			t.Errorf("HEAD with %s: got %q, want %s", algorithm, got.header.Get(name), sum)
		}
		c.want(400, "<Code>BadDigest</Code>", "PUT", "/"+preset+"/"+algorithm, "123456780", name+": "+sum)
		c.want(400, "<Code>InvalidRequest</Code>", "PUT", "/"+preset+"/"+algorithm, "123456789", name+": AAA=")
	}
	got := c.want(200, "", "PUT", "/"+preset+"/none", "123456789")
	if got, want := got.header.Get("x-amz-checksum-crc64nvme"), sums()["crc64nvme"]; got != want {
		t.Errorf("PUT without a checksum: got %q, want %s", got, want)
	}
	c.wantFiles(6)
}

func TestDigests(t *testing.T) {
	c := newCloud(t)
	right := sha256.Sum256([]byte("body"))
	tests := []struct{ header, want string }{
		{"x-amz-content-sha256: " + hex.EncodeToString(right[:]), ""},
		{"x-amz-content-sha256: UNSIGNED-PAYLOAD", ""},
		{"x-amz-content-sha256: " + strings.Repeat("0", 64), "XAmzContentSHA256Mismatch"},
		{"x-amz-content-sha256: abc", "InvalidArgument"},
		{"Content-MD5: " + base64Of(make([]byte, 16)), "BadDigest"},
		{"Content-MD5: abc", "InvalidDigest"},
		{"x-amz-checksum-md5: abc", "NotImplemented"},
		{"x-amz-sdk-checksum-algorithm: SHA256", "InvalidRequest"},
		{"x-amz-trailer: x-amz-checksum-sha256", "InvalidRequest"},
		{"Content-Encoding: aws-chunked", "InvalidRequest"},
	}
	for _, test := range tests {
		got := c.send("PUT", "/"+preset+"/k", "body", test.header)
		if code := codeOf(got.body); code != test.want {
			t.Errorf("%s: got %d %s, want %q", test.header, got.status, got.body, test.want)
		}
	}
	c.want(400, "Multiple checksum Types", "PUT", "/"+preset+"/k", "body", "x-amz-checksum-crc32: AAAAAA==", "x-amz-checksum-crc32c: AAAAAA==")
	c.wantFiles(1)
}

func codeOf(body string) string {
	_, rest, _ := strings.Cut(body, "<Code>")
	code, _, _ := strings.Cut(rest, "</Code>")
	return code
}

func trailing(chunks ...string) string {
	var all strings.Builder
	for _, chunk := range chunks {
		fmt.Fprintf(&all, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	return all.String() + "0\r\n"
}

func TestChunkedBodies(t *testing.T) {
	c := newCloud(t)
	first, second := document(64<<10), document(777)
	sum := crc32.NewIEEE()
	sum.Write([]byte(first + second))
	right := base64Of(sum.Sum(nil))
	unsigned := []string{
		"x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length: " + fmt.Sprint(len(first+second)),
		"x-amz-trailer: x-amz-checksum-crc32", "Content-Encoding: aws-chunked",
	}
	signed := []string{
		"x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "x-amz-decoded-content-length: 4", "Content-Encoding: gzip,aws-chunked",
	}
	body := trailing(first, second)
	tests := []struct {
		name, body string
		headers    []string
		want       string
	}{
		{"unsigned", body + "x-amz-checksum-crc32:" + right + "\r\n\r\n", unsigned, ""},
		{"signed trailer", body + "x-amz-checksum-crc32:" + right + "\r\nx-amz-trailer-signature:00\r\n\r\n", unsigned, ""},
		{"wrong checksum", body + "x-amz-checksum-crc32:AAAAAA==\r\n\r\n", unsigned, "BadDigest"},
		{"no trailer", body + "\r\n", unsigned, "MalformedTrailerError"},
		{"another trailer", body + "x-amz-checksum-crc32:" + right + "\r\nx-other:a\r\n\r\n", unsigned, "MalformedTrailerError"},
		{"cut off", body, unsigned, "IncompleteBody"},
		{"short", trailing(first) + "x-amz-checksum-crc32:" + right + "\r\n\r\n", unsigned, "IncompleteBody"},
		{"long", trailing(first, document(8192), second) + "\r\n", unsigned, "IncompleteBody"},
		{"small chunk first", trailing(second, first) + "\r\n", unsigned, "InvalidChunkSizeError"},
		{"something behind", body + "x-amz-checksum-crc32:" + right + "\r\n\r\nmore", unsigned, "IncompleteBody"},
		{"no length", body, unsigned[:1], "MissingContentLength"},
		{"signed chunks", "4;chunk-signature=00\r\nbody\r\n0;chunk-signature=00\r\n\r\n", signed, ""},
		{"trailer not announced", "4\r\nbody\r\n0\r\na:b\r\n\r\n", signed, "IncompleteBody"},
		{"unknown", "body", []string{"x-amz-content-sha256: STREAMING-OTHER"}, "InvalidArgument"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := c.send("PUT", "/"+preset+"/k", test.body, test.headers...)
			if code := codeOf(got.body); code != test.want {
				t.Errorf("got %d %s, want %q", got.status, got.body, test.want)
			}
		})
	}
	got := c.want(200, "body", "GET", "/"+preset+"/k", "", "Accept-Encoding: identity")
	if got := got.header.Get("Content-Encoding"); got != "gzip" {
		t.Errorf("got Content-Encoding %q, want gzip", got)
	}
	c.want(200, "", "PUT", "/"+preset+"/k", tests[0].body, unsigned...)
	if got := c.send("GET", "/"+preset+"/k", "").body; got != first+second {
		t.Errorf("got %d bytes, want the %d that were sent in chunks", len(got), len(first+second))
	}
	c.wantFiles(1)
}
