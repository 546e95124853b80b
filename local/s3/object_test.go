package s3_test

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"
)

func TestObject(t *testing.T) {
	c := newCloud(t)
	body := document(100_000)
	tag := fmt.Sprintf(`"%x"`, md5.Sum([]byte(body)))
	put := c.want(200, "", "PUT", "/"+preset+"/a/b%20c//d.txt", body,
		"Content-Type: text/plain", "x-amz-meta-Owner: me", "Cache-Control: no-cache", "Content-Encoding: gzip", "x-amz-server-side-encryption: AES256")
	if got := put.header.Get("ETag"); got != tag {
		t.Errorf("ETag of the PUT: got %s, want %s", got, tag)
	}
	c.wantStored(preset + " a/b c//d.txt")
	get := c.send("GET", "/"+preset+"/a/b%20c//d.txt", "", "Accept-Encoding: identity")
	if get.body != body {
		t.Errorf("got %d bytes, want the %d that were put", len(get.body), len(body))
	}
	head := c.want(200, "", "HEAD", "/"+preset+"/a/b%20c//d.txt", "")
	for name, want := range map[string]string{
		"ETag": tag, "Content-Type": "text/plain", "X-Amz-Meta-Owner": "me", "Cache-Control": "no-cache", "Content-Length": "100000",
		"Content-Encoding": "gzip", "X-Amz-Server-Side-Encryption": "AES256", "Accept-Ranges": "bytes", "X-Amz-Checksum-Crc64nvme": "",
	} {
		if got := get.header.Get(name); got != want {
			t.Errorf("%s of the GET: got %q, want %q", name, got, want)
		}
		if got := head.header.Get(name); got != want {
			t.Errorf("%s of the HEAD: got %q, want %q", name, got, want)
		}
	}
	if get.header.Get("Last-Modified") == "" || get.header.Get("X-Amz-Request-Id") == "" {
		t.Errorf("got headers %v, want Last-Modified and a request id", get.header)
	}
	c.want(404, "<Code>NoSuchKey</Code>", "GET", "/"+preset+"/a/b%20c/d.txt", "")
	c.want(204, "", "DELETE", "/"+preset+"/a/b%20c//d.txt", "")
	c.want(204, "", "DELETE", "/"+preset+"/a/b%20c//d.txt", "")
	c.want(404, "<Key>a/b c//d.txt</Key>", "GET", "/"+preset+"/a/b%20c//d.txt", "")
	c.wantFiles(0)
}

func TestReplacedObject(t *testing.T) {
	c := newCloud(t)
	for _, body := range []string{"first", "second", "", "last"} {
		c.want(200, "", "PUT", "/"+preset+"/k", body)
		c.want(200, body, "GET", "/"+preset+"/k", "")
	}
	c.wantFiles(1)
}

func TestRange(t *testing.T) {
	c := newCloud(t)
	c.want(200, "", "PUT", "/"+preset+"/k", "0123456789")
	tests := []struct {
		header string
		status int
		body   string
		span   string
	}{
		{"bytes=0-0", 206, "0", "bytes 0-0/10"},
		{"bytes=2-4", 206, "234", "bytes 2-4/10"},
		{"bytes=7-", 206, "789", "bytes 7-9/10"},
		{"bytes=7-100", 206, "789", "bytes 7-9/10"},
		{"bytes=-3", 206, "789", "bytes 7-9/10"},
		{"bytes=-30", 206, "0123456789", "bytes 0-9/10"},
		{"bytes=10-", 416, "<ActualObjectSize>10</ActualObjectSize>", ""},
		{"bytes=-0", 416, "<Code>InvalidRange</Code>", ""},
		{"bytes=4-2", 200, "0123456789", ""},
		{"bytes=+1-2", 200, "0123456789", ""},
		{"bytes=0-1,3-4", 200, "0123456789", ""},
		{"bytes=-", 200, "0123456789", ""},
		{"items=0-1", 200, "0123456789", ""},
	}
	for _, test := range tests {
		got := c.send("GET", "/"+preset+"/k", "", "Range: "+test.header)
		whole := got.status == 416 && strings.Contains(got.body, test.body)
		if got.status != test.status || !whole && got.body != test.body || got.header.Get("Content-Range") != test.span {
			t.Errorf("%s: got %d %q %q, want %d %q %q", test.header, got.status, got.body, got.header.Get("Content-Range"), test.status, test.body, test.span)
		}
	}
	c.want(200, "", "PUT", "/"+preset+"/empty", "")
	c.want(416, "InvalidRange", "GET", "/"+preset+"/empty", "", "Range: bytes=0-")
	if got := c.want(200, "", "HEAD", "/"+preset+"/empty", ""); got.header.Get("Content-Length") != "0" {
		t.Errorf("HEAD of an empty object: got Content-Length %q, want 0", got.header.Get("Content-Length"))
	}
}

func TestConditions(t *testing.T) {
	c := newCloud(t)
	tag := c.want(200, "", "PUT", "/"+preset+"/k", "a").header.Get("ETag")
	modified := c.want(200, "", "HEAD", "/"+preset+"/k", "").header.Get("Last-Modified")
	const early, late = "Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
	tests := []struct {
		header string
		status int
	}{
		{"If-Match: " + tag, 200},
		{"If-Match: " + strings.Trim(tag, `"`), 200},
		{"If-Match: *", 200},
		{`If-Match: "x", ` + tag, 200},
		{`If-Match: "x"`, 412},
		{"If-None-Match: " + tag, 304},
		{`If-None-Match: "x"`, 200},
		{"If-Modified-Since: " + early, 200},
		{"If-Modified-Since: " + modified, 304},
		{"If-Modified-Since: " + late, 304},
		{"If-Modified-Since: then", 200},
		{"If-Unmodified-Since: " + early, 412},
		{"If-Unmodified-Since: " + modified, 200},
	}
	for _, test := range tests {
		if got := c.send("GET", "/"+preset+"/k", "", test.header); got.status != test.status {
			t.Errorf("GET with %s: got %d %s, want %d", test.header, got.status, got.body, test.status)
		}
	}
	c.want(412, "<Condition>If-None-Match</Condition>", "PUT", "/"+preset+"/k", "b", "If-None-Match: *")
	c.want(412, "<Condition>If-Match</Condition>", "PUT", "/"+preset+"/k", "b", `If-Match: "x"`)
	c.want(404, "NoSuchKey", "PUT", "/"+preset+"/new", "b", "If-Match: "+tag)
	c.want(400, "InvalidArgument", "PUT", "/"+preset+"/k", "b", "If-None-Match: "+tag)
	c.want(200, "a", "GET", "/"+preset+"/k", "")
	c.want(200, "", "PUT", "/"+preset+"/k", "b", "If-Match: "+tag)
	c.want(200, "", "PUT", "/"+preset+"/new", "b", "If-None-Match: *")
	c.wantFiles(2)
}

func TestRefusedPuts(t *testing.T) {
	c := newCloud(t)
	tests := []struct {
		name, target, header string
		status               int
		want                 string
	}{
		{"no bucket", "/nowhere/k", "", 404, "<BucketName>nowhere</BucketName>"},
		{"long key", "/" + preset + "/" + strings.Repeat("k", 1025), "", 400, "<Code>KeyTooLongError</Code>"},
		{"key outside XML", "/" + preset + "/a%01", "", 400, "<Code>InvalidArgument</Code>"},
		{"key that is not UTF-8", "/" + preset + "/a%ff", "", 400, "<Code>InvalidArgument</Code>"},
		{"copy", "/" + preset + "/k", "x-amz-copy-source: /b/k", 501, "not implemented: x-amz-copy-source"},
		{"tagging", "/" + preset + "/k", "x-amz-tagging: a=b", 501, "not implemented: x-amz-tagging"},
		{"sub-resource", "/" + preset + "/k?acl", "", 501, "not implemented: acl"},
		{"version", "/" + preset + "/k?versionId=1", "", 501, "not implemented: versionId"},
		{"ACL", "/" + preset + "/k", "x-amz-acl: public-read", 400, "<Code>AccessControlListNotSupported</Code>"},
		{"storage class", "/" + preset + "/k", "x-amz-storage-class: GLACIER", 400, "<Code>InvalidStorageClass</Code>"},
		{"metadata", "/" + preset + "/k", "x-amz-meta-a: " + strings.Repeat("x", 2048), 400, "<Code>MetadataTooLarge</Code>"},
		{"algorithm", "/" + preset + "/k", "x-amz-server-side-encryption: DES", 400, "<Code>InvalidEncryptionAlgorithmError</Code>"},
		{"another owner", "/" + preset + "/k", "x-amz-expected-bucket-owner: 111111111111", 403, "<Code>AccessDenied</Code>"},
		{"a customer's own key", "/" + preset + "/k", "x-amz-server-side-encryption-customer-algorithm: AES256", 501, "customer-algorithm"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var headers []string
			if test.header != "" {
				headers = append(headers, test.header)
			}
			sub := *c
			sub.t = t
			sub.want(test.status, test.want, "PUT", test.target, "body", headers...)
		})
	}
	c.want(400, "KMS keys other than the AWS managed one", "PUT", "/"+preset+"/k", "body",
		"x-amz-server-side-encryption: aws:kms", "x-amz-server-side-encryption-aws-kms-key-id: 1234")
	c.wantFiles(0)
}

func TestTooLarge(t *testing.T) {
	c := newCloud(t)
	c.want(400, "<Code>EntityTooLarge</Code>", "PUT", "/"+preset+"/k", strings.Repeat("x", 20<<20+1))
	c.want(200, "", "PUT", "/"+preset+"/k", strings.Repeat("x", 20<<20))
	c.wantFiles(1)
}

func TestDeleteObjects(t *testing.T) {
	c := newCloud(t)
	for _, key := range []string{"a", "b", "c", "d&e"} {
		c.want(200, "", "PUT", "/"+preset+"/"+key, key)
	}
	remove := func(part, body string) {
		t.Helper()
		sum := md5.Sum([]byte(body))
		c.want(200, part, "POST", "/"+preset+"?delete", body, "Content-MD5: "+base64Of(sum[:]))
	}
	remove("<Deleted><Key>a</Key></Deleted><Deleted><Key>nothing</Key></Deleted></DeleteResult>",
		`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object><Object><Key>nothing</Key></Object></Delete>`)
	remove(`DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></DeleteResult>`,
		`<?xml version="1.0"?><Delete><Quiet>true</Quiet><Object><Key>d&amp;e</Key></Object></Delete>`)
	limited := c.as("deleter", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::`+preset+`/b"}}`)
	body := `<Delete><Object><Key>b</Key></Object><Object><Key>c</Key></Object></Delete>`
	sum := md5.Sum([]byte(body))
	got := limited.want(200, "<Deleted><Key>b</Key></Deleted><Error><Key>c</Key><Code>AccessDenied</Code>", "POST", "/"+preset+"?delete", body, "Content-MD5: "+base64Of(sum[:]))
	if !strings.Contains(got.body, "s3:DeleteObject on resource: arn:aws:s3:::"+preset+"/c") {
		t.Errorf("got %s, want the denial of c", got.body)
	}
	c.wantFiles(1)
	c.want(400, "<Code>BadDigest</Code>", "POST", "/"+preset+"?delete", body, "Content-MD5: "+base64Of(make([]byte, 16)))
	c.want(400, "Content-MD5 OR", "POST", "/"+preset+"?delete", body)
	for _, wrong := range []string{"", "<Delete/>", "<Delete>", "<Delete><Object><Name>b</Name></Object></Delete>", "<Remove/>", "<Delete/><Delete/>", "text"} {
		sum := md5.Sum([]byte(wrong))
		c.want(400, "<Code>MalformedXML</Code>", "POST", "/"+preset+"?delete", wrong, "Content-MD5: "+base64Of(sum[:]))
	}
}
