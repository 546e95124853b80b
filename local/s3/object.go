package s3

import (
	"encoding/hex"
	"net/http"
	"time"

	"eda-demo/local/frontdoor"
)

// maxMetadata is how many bytes an object's own metadata has, names included.
const maxMetadata = 2 << 10

// object is an object, and its form in the store. It is replaced, never
// changed.
type object struct {
	File       string
	Size       int64
	ETag       string // with its quotes
	Modified   time.Time
	Checksum   checksum
	Encryption string
	description
}

// description is what a client says about an object when it puts it.
type description struct {
	ContentType        string            `header:"Content-Type" json:",omitempty"`
	CacheControl       string            `header:"Cache-Control" json:",omitempty"`
	ContentDisposition string            `header:"Content-Disposition" json:",omitempty"`
	ContentEncoding    string            `header:"Content-Encoding" json:",omitempty"`
	ContentLanguage    string            `header:"Content-Language" json:",omitempty"`
	Expires            string            `header:"Expires" json:",omitempty"`
	Metadata           map[string]string `headers:"x-amz-meta-" json:",omitempty"`
}

// presetContentType is the type of objects that come without.
const presetContentType = "binary/octet-stream"

// check completes the description, and refuses too much metadata.
func (d *description) check() error {
	d.ContentEncoding = withoutChunked(d.ContentEncoding)
	if d.ContentType == "" {
		d.ContentType = presetContentType
	}
	size := 0
	for name, value := range d.Metadata {
		size += len(name) + len(value)
	}
	if size > maxMetadata {
		return &frontdoor.Error{
			Code: "MetadataTooLarge", Message: "Your metadata headers exceed the maximum allowed metadata size",
			Members: map[string]any{"Size": size, "MaxSizeAllowed": maxMetadata},
		}
	}
	return nil
}

// placement is what a client wants of where and how an object is kept.
type placement struct {
	ACL          string `header:"x-amz-acl"`
	StorageClass string `header:"x-amz-storage-class"`
	Encryption   string `json:"ServerSideEncryption" header:"x-amz-server-side-encryption"`
	KMSKey       string `json:"SSEKMSKeyId" header:"x-amz-server-side-encryption-aws-kms-key-id"`
}

func (p *placement) check() error {
	if p.StorageClass != "" && p.StorageClass != standard {
		return frontdoor.Errorf("InvalidStorageClass", "The storage class you specified is not valid: only STANDARD is supported here")
	}
	return checkACL(p.ACL)
}

// standard is the only storage class.
const standard = "STANDARD"

// etag is the entity tag of content that came at once.
func etag(md5 []byte) string { return `"` + hex.EncodeToString(md5) + `"` }

func (o *object) lastModified() string { return o.Modified.UTC().Format(http.TimeFormat) }
