package s3_test

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func uploadID(created answer) string {
	_, rest, _ := strings.Cut(created.body, "<UploadId>")
	id, _, _ := strings.Cut(rest, "<")
	return id
}

// completion names parts by their tags, in order.
func completion(tags ...string) string {
	var all strings.Builder
	for i, tag := range tags {
		fmt.Fprintf(&all, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", i+1, strings.ReplaceAll(tag, `"`, "&quot;"))
	}
	return "<CompleteMultipartUpload>" + all.String() + "</CompleteMultipartUpload>"
}

func leave(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func remove(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "object-*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUpload(t *testing.T) {
	c := newCloud(t)
	parts := []string{strings.Repeat("1", 5<<20), strings.Repeat("2", 5<<20+1), "3"}
	created := c.want(200, "<Bucket>"+preset+"</Bucket><Key>big</Key>", "POST", "/"+preset+"/big?uploads", "",
		"x-amz-checksum-algorithm: SHA256", "Content-Type: application/zip", "x-amz-server-side-encryption: AES256")
	if got := created.header.Get("x-amz-checksum-type"); got != "COMPOSITE" {
		t.Errorf("checksum type of an upload: got %q, want COMPOSITE", got)
	}
	at := "/" + preset + "/big?uploadId=" + uploadID(created)
	var list strings.Builder
	var digests, sums []byte
	for i, part := range parts {
		sum := sha256.Sum256([]byte(part))
		c.want(200, "", "PUT", fmt.Sprintf("%s&partNumber=%d", at, i+1), "replaced")
		got := c.want(200, "", "PUT", fmt.Sprintf("%s&partNumber=%d", at, i+1), part, "x-amz-checksum-sha256: "+base64Of(sum[:]))
		if got.header.Get("x-amz-checksum-sha256") != base64Of(sum[:]) {
			t.Errorf("part %d: got %v, want its checksum", i+1, got.header)
		}
		digest := md5.Sum([]byte(part))
		digests, sums = append(digests, digest[:]...), append(sums, sum[:]...)
		fmt.Fprintf(&list, "<Part><ETag>%s</ETag><ChecksumSHA256>%s</ChecksumSHA256><PartNumber>%d</PartNumber></Part>", hex.EncodeToString(digest[:]), base64Of(sum[:]), i+1)
	}
	c.want(404, "NoSuchKey", "GET", "/"+preset+"/big", "")
	c.wantStored()
	whole, wholeSum := md5.Sum(digests), sha256.Sum256(sums)
	sum := base64Of(wholeSum[:]) + "-3"
	c.want(400, "<Code>BadDigest</Code>", "POST", at, "<CompleteMultipartUpload>"+list.String()+"</CompleteMultipartUpload>", "x-amz-checksum-sha256: "+base64Of(wholeSum[:])+"-2")
	c.want(200, fmt.Sprintf("<ETag>&#34;%x-3&#34;</ETag><ChecksumSHA256>%s</ChecksumSHA256><ChecksumType>COMPOSITE</ChecksumType>", whole, sum), "POST", at,
		"<CompleteMultipartUpload>"+list.String()+"</CompleteMultipartUpload>", "x-amz-checksum-sha256: "+sum, "x-amz-mp-object-size: 10485762")
	got := c.want(200, "", "GET", "/"+preset+"/big", "", "x-amz-checksum-mode: ENABLED")
	if got.body != strings.Join(parts, "") || got.header.Get("Content-Type") != "application/zip" || got.header.Get("x-amz-checksum-sha256") != sum {
		t.Errorf("got %d bytes, %v, want the parts joined, application/zip and %s", len(got.body), got.header, sum)
	}
	c.want(404, "<Code>NoSuchUpload</Code>", "POST", at, completion("x"))
	c.wantFiles(1)
	c.wantStored(preset + " big")
}

func TestFullObjectChecksum(t *testing.T) {
	c := newCloud(t)
	for _, header := range []string{"x-amz-meta-a: no algorithm", "x-amz-checksum-algorithm: CRC64NVME"} {
		at := "/" + preset + "/k?uploadId=" + uploadID(c.want(200, "", "POST", "/"+preset+"/k?uploads", "", header))
		tag := c.want(200, "", "PUT", at+"&partNumber=1", "123456789").header.Get("ETag")
		c.want(200, "<ChecksumCRC64NVME>"+sums()["crc64nvme"]+"</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT<", "POST", at, completion(tag),
			"x-amz-checksum-crc64nvme: "+sums()["crc64nvme"], "x-amz-checksum-type: FULL_OBJECT")
	}
	at := "/" + preset + "/k?uploadId=" + uploadID(c.want(200, "", "POST", "/"+preset+"/k?uploads", "", "x-amz-checksum-algorithm: CRC32", "x-amz-checksum-type: FULL_OBJECT"))
	tag := c.want(200, "", "PUT", at+"&partNumber=1", "123456789").header.Get("ETag")
	c.want(200, "<ChecksumCRC32>"+sums()["crc32"]+"</ChecksumCRC32>", "POST", at, completion(tag))
}

func TestRefusedUploads(t *testing.T) {
	c := newCloud(t)
	for _, header := range []string{"x-amz-checksum-algorithm: MD5", "x-amz-checksum-type: COMPOSITE"} {
		c.want(400, "<Code>InvalidRequest</Code>", "POST", "/"+preset+"/k?uploads", "", header)
	}
	c.want(400, "InvalidRequest", "POST", "/"+preset+"/k?uploads", "", "x-amz-checksum-algorithm: SHA256", "x-amz-checksum-type: FULL_OBJECT")
	c.want(404, "NoSuchBucket", "POST", "/nowhere/k?uploads", "")
	at := "/" + preset + "/k?uploadId=" + uploadID(c.want(200, "", "POST", "/"+preset+"/k?uploads", "", "x-amz-checksum-algorithm: CRC32"))
	for _, number := range []string{"0", "10001", "x", ""} {
		c.want(400, "<Code>InvalidArgument</Code>", "PUT", at+"&partNumber="+number, "a")
	}
	c.want(400, "Checksum Type mismatch", "PUT", at+"&partNumber=1", "123456789", "x-amz-checksum-sha256: "+sums()["sha256"])
	c.want(404, "NoSuchUpload", "PUT", "/"+preset+"/k?partNumber=1&uploadId=x", "a")
	c.want(404, "NoSuchUpload", "PUT", strings.Replace(at, "/k?", "/other?", 1)+"&partNumber=1", "a")
	first := c.want(200, "", "PUT", at+"&partNumber=1", "123456789")
	tag := first.header.Get("ETag")
	if got := first.header.Get("x-amz-checksum-crc32"); got != sums()["crc32"] {
		t.Errorf("part without a checksum: got %q, want %s", got, sums()["crc32"])
	}
	c.want(200, "", "PUT", at+"&partNumber=2", "123456789")
	with := func(numbers ...int) string {
		var all strings.Builder
		for _, number := range numbers {
			fmt.Fprintf(&all, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag><ChecksumCRC32>%s</ChecksumCRC32></Part>", number, tag, sums()["crc32"])
		}
		return "<CompleteMultipartUpload>" + all.String() + "</CompleteMultipartUpload>"
	}
	c.want(400, "<Code>EntityTooSmall</Code>", "POST", at, with(1, 2))
	c.want(400, "<Code>InvalidPartOrder</Code>", "POST", at, with(2, 1))
	c.want(400, "<Code>InvalidPartOrder</Code>", "POST", at, with(1, 1))
	c.want(400, "<Code>InvalidPart</Code>", "POST", at, with(3))
	c.want(400, "It was missing for part 1", "POST", at, completion(tag))
	c.want(400, "<Code>InvalidPart</Code>", "POST", at, completion("x"))
	c.want(400, "<Code>MalformedXML</Code>", "POST", at, with())
	c.want(400, "<Code>MalformedXML</Code>", "POST", at, "<CompleteMultipartUpload><Part><Number>1</Number></Part></CompleteMultipartUpload>")
	c.want(400, "x-amz-mp-object-size", "POST", at, with(1), "x-amz-mp-object-size: 8")
	c.want(400, "same checksum mode", "POST", at, with(1), "x-amz-checksum-type: FULL_OBJECT")
	c.want(200, "", "PUT", "/"+preset+"/k", "before")
	c.want(412, "PreconditionFailed", "POST", at, with(1), "If-None-Match: *")
	c.want(200, "before", "GET", "/"+preset+"/k", "")
	c.wantFiles(3)
	c.want(204, "", "DELETE", at, "")
	c.want(404, "NoSuchUpload", "DELETE", at, "")
	c.wantFiles(1)
}

func TestUploadTooLarge(t *testing.T) {
	c := newCloud(t)
	at := "/" + preset + "/k?uploadId=" + uploadID(c.want(200, "", "POST", "/"+preset+"/k?uploads", ""))
	c.want(200, "", "PUT", at+"&partNumber=1", strings.Repeat("x", 12<<20))
	c.want(400, "<Code>EntityTooLarge</Code>", "PUT", at+"&partNumber=2", strings.Repeat("x", 12<<20))
	c.want(200, "", "PUT", at+"&partNumber=1", strings.Repeat("y", 12<<20))
	c.wantFiles(1)
}

// TestBucketWithUpload deletes a bucket into which something is uploaded.
func TestBucketWithUpload(t *testing.T) {
	c := newCloud(t)
	c.want(200, "", "PUT", "/orders", "")
	at := "/orders/k?uploadId=" + uploadID(c.want(200, "", "POST", "/orders/k?uploads", ""))
	tag := c.want(200, "", "PUT", at+"&partNumber=1", "a").header.Get("ETag")
	c.want(204, "", "DELETE", "/orders", "")
	c.wantFiles(0)
	c.want(200, "", "PUT", "/orders", "")
	c.want(404, "NoSuchUpload", "POST", at, completion(tag))
}
