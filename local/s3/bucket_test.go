package s3_test

import (
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/store"
)

func TestBucket(t *testing.T) {
	c := newCloud(t)
	got := c.want(200, "", "PUT", "/orders", "")
	if got.header.Get("Location") != "/orders" {
		t.Errorf("CreateBucket: got Location %q, want /orders", got.header.Get("Location"))
	}
	c.want(200, "", "PUT", "/orders/", "")
	c.want(200, "<Owner><ID>000000000000</ID>", "GET", "/", "")
	c.want(200, "<Bucket><Name>orders</Name><CreationDate>20", "GET", "/", "")
	if got := c.want(200, "", "HEAD", "/orders", ""); got.header.Get("x-amz-bucket-region") != "us-east-1" {
		t.Errorf("HeadBucket: got %v, want the Region", got.header)
	}
	c.want(200, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>`, "GET", "/orders?location", "")
	c.want(200, "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>", "GET", "/orders?encryption", "")
	c.want(200, `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></VersioningConfiguration>`, "GET", "/orders/?versioning", "")
	c.want(200, "", "PUT", "/orders/k", "a")
	c.want(409, "<Code>BucketNotEmpty</Code>", "DELETE", "/orders", "")
	c.want(204, "", "DELETE", "/orders/k", "")
	c.want(204, "", "DELETE", "/orders", "")
	for _, target := range []string{"/orders?location", "/orders?encryption", "/orders?versioning", "/orders?list-type=2", "/orders/k"} {
		c.want(404, "<Code>NoSuchBucket</Code>", "GET", target, "")
	}
	c.want(404, "NoSuchBucket", "DELETE", "/orders", "")
	c.want(404, "", "HEAD", "/orders", "")
}

func TestRefusedBuckets(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"ab", "Orders", "a_b", "a..b", "-ab", "ab-", "10.0.0.1", "xn--ab", "sthree-ab", "ab-s3alias", strings.Repeat("a", 64)} {
		c.want(400, "<Code>InvalidBucketName</Code>", "PUT", "/"+name, "")
	}
	c.want(400, "<Code>IllegalLocationConstraintException</Code>", "PUT", "/orders", "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>")
	c.want(400, "<Code>MalformedXML</Code>", "PUT", "/orders", "<CreateBucketConfiguration><Bucket/></CreateBucketConfiguration>")
	c.want(501, "x-amz-bucket-object-lock-enabled", "PUT", "/orders", "", "x-amz-bucket-object-lock-enabled: true")
	c.want(400, "AccessControlListNotSupported", "PUT", "/orders", "", "x-amz-acl: public-read")
	c.want(200, "<Bucket><Name>"+preset+"</Name>", "GET", "/", "")
	if got := c.send("GET", "/", "").body; strings.Count(got, "<Bucket>") != 1 {
		t.Errorf("got %s, want the preset bucket only", got)
	}
}

func TestUnknownOperations(t *testing.T) {
	c := newCloud(t)
	tests := []struct {
		method, target string
		status         int
		want           string
	}{
		{"GET", "/" + preset, 405, "MethodNotAllowed"},
		{"GET", "/" + preset + "?acl", 501, "not implemented: acl"},
		{"PUT", "/" + preset + "?policy", 501, "not implemented: policy"},
		{"GET", "/" + preset + "/k?tagging", 501, "not implemented: tagging"},
		{"GET", "/" + preset + "?list-type=1", 501, "not implemented: list-type"},
		{"GET", "/" + preset + "?list-type=2&versions", 501, "not implemented: versions"},
		{"POST", "/" + preset + "/k?select", 501, "not implemented: select"},
		{"POST", "/" + preset + "/k", 405, "MethodNotAllowed"},
		{"PATCH", "/" + preset + "/k", 405, "<Method>PATCH</Method>"},
		{"PUT", "//k", 405, "MethodNotAllowed"},
	}
	for _, test := range tests {
		c.want(test.status, test.want, test.method, test.target, "")
	}
}

func TestPresetBucket(t *testing.T) {
	c := newCloud(t)
	c.want(200, "<SSEAlgorithm>aws:kms</SSEAlgorithm>", "GET", "/"+preset+"?encryption", "")
	c.want(200, "<Status>Enabled</Status>", "GET", "/"+preset+"?versioning", "")
	if got := c.want(200, "", "PUT", "/"+preset+"/k", "a").header.Get("x-amz-server-side-encryption"); got != "aws:kms" {
		t.Errorf("PUT into the preset bucket: got encryption %q, want aws:kms", got)
	}
	c.want(409, "BucketNotEmpty", "DELETE", "/"+preset, "")
	c.want(204, "", "DELETE", "/"+preset+"/k", "")
	c.want(204, "", "DELETE", "/"+preset, "")
	c.want(200, "<KeyCount>0</KeyCount>", "GET", "/"+preset+"?list-type=2", "")
}

func TestListObjects(t *testing.T) {
	c := newCloud(t)
	for _, key := range []string{"a/1", "a/2", "a/b/1", "b", "c%20d/%25", "c%20d/z"} {
		c.want(200, "", "PUT", "/"+preset+"/"+key, "x")
	}
	tests := []struct{ query, want string }{
		{"", "a/1 a/2 a/b/1 b c d/% c d/z"},
		{"&prefix=a/", "a/1 a/2 a/b/1"},
		{"&prefix=a/&delimiter=/", "a/1 a/2 [a/b/]"},
		{"&delimiter=/", "[a/] b [c d/]"},
		{"&prefix=x", ""},
		{"&start-after=a/b/1", "b c d/% c d/z"},
		{"&start-after=a/1&delimiter=/", "[a/] b [c d/]"},
		{"&encoding-type=url&prefix=c%20d", "c+d/%25 c+d/z"},
	}
	for _, test := range tests {
		for _, size := range []int{1, 2, 1000} {
			if got := c.list(test.query, size); got != test.want {
				t.Errorf("%s in pages of %d: got %q, want %q", test.query, size, got, test.want)
			}
		}
	}
	c.want(200, "<MaxKeys>0</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>", "GET", "/"+preset+"?list-type=2&max-keys=0", "")
	c.want(200, "<MaxKeys>1000</MaxKeys>", "GET", "/"+preset+"?list-type=2&max-keys=5000", "")
	c.want(200, `<Contents><Key>b</Key>`, "GET", "/"+preset+"?list-type=2&prefix=b&x-id=ListObjectsV2", "")
	c.want(200, `<ETag>&#34;9dd4e461268c8034f5c8564e155c67a6&#34;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>1</Size><Owner>`, "GET", "/"+preset+"?list-type=2&prefix=b&fetch-owner=true", "")
	for _, wrong := range []string{"max-keys=-1", "max-keys=x", "max-keys=1&max-keys=2", "continuation-token=%", "continuation-token=a*", "encoding-type=x", "fetch-owner=x"} {
		got := c.send("GET", "/"+preset+"?list-type=2&"+wrong, "")
		if code := codeOf(got.body); got.status != 400 || code != "InvalidArgument" && code != "InvalidURI" {
			t.Errorf("%s: got %d %s, want InvalidArgument", wrong, got.status, got.body)
		}
	}
}

// list lists a bucket in pages: keys, and common prefixes in brackets.
func (c *cloud) list(query string, size int) string {
	c.t.Helper()
	var all []string
	token := ""
	for range 100 {
		got := c.want(200, "", "GET", fmt.Sprintf("/%s?list-type=2&max-keys=%d%s%s", preset, size, query, token), "")
		var page []string
		for _, part := range strings.Split(got.body, "<Key>")[1:] {
			key, _, _ := strings.Cut(part, "<")
			page = append(page, key)
		}
		for _, part := range strings.Split(got.body, "<CommonPrefixes><Prefix>")[1:] {
			prefix, _, _ := strings.Cut(part, "<")
			page = append(page, "["+prefix+"]")
		}
		if len(page) > size {
			c.t.Fatalf("got a page of %d, want at most %d", len(page), size)
		}
		all = append(all, page...)
		_, rest, more := strings.Cut(got.body, "<NextContinuationToken>")
		if !more {
			break
		}
		next, _, _ := strings.Cut(rest, "<")
		token = "&continuation-token=" + next
	}
	return ordered(all)
}

// ordered joins what was listed by key: a page has keys before prefixes.
func ordered(items []string) string {
	for i := range items {
		for j := i; j > 0 && strings.Trim(items[j], "[]") < strings.Trim(items[j-1], "[]"); j-- {
			items[j], items[j-1] = items[j-1], items[j]
		}
	}
	return strings.Join(items, " ")
}

func TestAccess(t *testing.T) {
	c := newCloud(t)
	c.want(200, "", "PUT", "/"+preset+"/public/k", "a")
	c.want(200, "", "PUT", "/"+preset+"/private/k", "a")
	reader := c.as("reader", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+preset+`/public/*"}}`)
	reader.want(200, "a", "GET", "/"+preset+"/public/k", "")
	reader.want(403, "is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::"+preset+"/private/k because no identity-based policy allows", "GET", "/"+preset+"/private/k", "")
	reader.want(403, "is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::"+preset+" because", "GET", "/"+preset+"/public/none", "")
	reader.want(403, "", "HEAD", "/"+preset+"/public/none", "")
	for _, test := range []struct{ method, target, action string }{
		{"PUT", "/" + preset + "/public/k", "s3:PutObject"},
		{"DELETE", "/" + preset + "/public/k", "s3:DeleteObject"},
		{"GET", "/" + preset + "?list-type=2", "s3:ListBucket"},
		{"GET", "/" + preset + "?location", "s3:GetBucketLocation"},
		{"GET", "/" + preset + "?encryption", "s3:GetEncryptionConfiguration"},
		{"GET", "/" + preset + "?versioning", "s3:GetBucketVersioning"},
		{"POST", "/" + preset + "/public/k?uploads", "s3:PutObject"},
		{"DELETE", "/" + preset + "/public/k?uploadId=1", "s3:AbortMultipartUpload"},
		{"DELETE", "/" + preset, "s3:DeleteBucket"},
		{"PUT", "/another", "s3:CreateBucket"},
		{"GET", "/", "s3:ListAllMyBuckets"},
	} {
		reader.want(403, "is not authorized to perform: "+test.action+" on", test.method, test.target, "")
	}
	lister := c.as("lister", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::`+preset+`","arn:aws:s3:::`+preset+`/*"]}}`)
	lister.want(404, "NoSuchKey", "GET", "/"+preset+"/public/none", "")
}

// TestRestart has a process end, and another take over what it has kept.
func TestRestart(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	run := func(during func(*cloud)) {
		t.Helper()
		kept, err := store.Open(state)
		if err != nil {
			t.Fatal(err)
		}
		during(startOn(t, dir, kept))
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var id, tag string
	part := strings.Repeat("p", 5<<20)
	run(func(c *cloud) {
		c.want(200, "", "PUT", "/orders", "")
		c.want(200, "", "PUT", "/orders/k", "kept", "x-amz-meta-a: b")
		c.want(200, "", "PUT", "/"+preset+"/gone", "a")
		c.want(204, "", "DELETE", "/"+preset+"/gone", "")
		c.want(200, "", "PUT", "/"+preset+"/asset", "zip")
		id = uploadID(c.want(200, "", "POST", "/orders/big?uploads", ""))
		tag = c.want(200, "", "PUT", "/orders/big?partNumber=1&uploadId="+id, part).header.Get("ETag")
	})
	leave(t, dir, "object-left", "notes.txt")
	run(func(c *cloud) {
		got := c.want(200, "kept", "GET", "/orders/k", "")
		if got := got.header.Get("x-amz-meta-a"); got != "b" {
			t.Errorf("metadata after a restart: got %q, want b", got)
		}
		c.want(200, "zip", "GET", "/"+preset+"/asset", "")
		c.want(404, "NoSuchKey", "GET", "/"+preset+"/gone", "")
		c.wantFiles(4) // two objects, a part, and the notes
		c.want(200, "-1&#34;</ETag>", "POST", "/orders/big?uploadId="+id, completion(tag))
		if got := c.send("GET", "/orders/big", "").body; got != part {
			t.Errorf("completed after a restart: got %d bytes, want %d", len(got), len(part))
		}
	})
	remove(t, dir)
	run(func(c *cloud) {
		c.want(404, "NoSuchKey", "GET", "/orders/k", "")
		c.want(200, "<KeyCount>0</KeyCount>", "GET", "/orders?list-type=2", "")
		c.want(204, "", "DELETE", "/orders", "")
	})
	run(func(c *cloud) { c.want(404, "NoSuchBucket", "GET", "/orders?location", "") })
}
