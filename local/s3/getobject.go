package s3

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
)

type getObjectInput struct {
	onObject
	Range             string `header:"Range"`
	IfMatch           string `header:"If-Match"`
	IfNoneMatch       string `header:"If-None-Match"`
	IfModifiedSince   string `header:"If-Modified-Since"`
	IfUnmodifiedSince string `header:"If-Unmodified-Since"`
	ChecksumMode      string `header:"x-amz-checksum-mode"`
}

type getObjectOutput struct {
	description
	AcceptRanges  string            `header:"Accept-Ranges"`
	ContentLength *int64            `header:"Content-Length"`
	ContentRange  string            `header:"Content-Range" json:",omitempty"`
	ETag          string            `header:"ETag"`
	LastModified  string            `header:"Last-Modified"`
	Encryption    string            `json:"ServerSideEncryption" header:"x-amz-server-side-encryption"`
	Checksum      map[string]string `headers:"x-amz-checksum-"`

	file   *os.File // of GetObject
	extent extent
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
func (s *Service) headObject(ctx context.Context, in *getObjectInput) (*getObjectOutput, error) {
	out, _, err := s.look(ctx, in)
	return out, err
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func (s *Service) getObject(ctx context.Context, in *getObjectInput) (*getObjectOutput, error) {
	out, file, err := s.look(ctx, in)
	if err != nil {
		return nil, err
	}
	out.file = file
	return out, nil
}

// look finds an object and decides what of it is wanted. For a GET, the file
// is opened under the lock that orders changes: from then on it may be removed.
func (s *Service) look(ctx context.Context, in *getObjectInput) (*getObjectOutput, *os.File, error) {
	o, file, err := s.open(in.Bucket, in.Key)
	if err != nil {
		return nil, nil, s.unlessMissing(ctx, in.onObject, err)
	}
	out, err := in.describe(o)
	if err != nil {
		return nil, nil, closing(file, err)
	}
	return out, file, nil
}

func closing(file *os.File, err error) error {
	if closed := file.Close(); closed != nil {
		return fmt.Errorf("%w (and %w)", err, closed)
	}
	return err
}

// describe is the answer's headers, or the error of a condition or a range.
func (in *getObjectInput) describe(o *object) (*getObjectOutput, error) {
	if err := in.conditions(o); err != nil {
		return nil, err
	}
	part, err := parseRange(in.Range, o.Size)
	if err != nil {
		return nil, err
	}
	out := &getObjectOutput{
		description: o.description, AcceptRanges: "bytes", ContentLength: &part.length, ETag: o.ETag,
		LastModified: o.lastModified(), Encryption: o.Encryption, extent: part,
	}
	if part.partial {
		out.ContentRange = fmt.Sprintf("bytes %d-%d/%d", part.from, part.from+part.length-1, o.Size)
	} else if in.ChecksumMode == "ENABLED" {
		out.Checksum = o.Checksum.headers()
	}
	return out, nil
}

// writeObject sends what GetObject found. If the client goes away before all
// is sent, the length tells it.
func writeObject(w http.ResponseWriter, out *getObjectOutput) {
	defer out.file.Close()
	w.Header().Set("Content-Length", strconv.FormatInt(out.extent.length, 10))
	if out.extent.partial {
		w.WriteHeader(http.StatusPartialContent)
	}
	io.Copy(w, io.NewSectionReader(out.file, out.extent.from, out.extent.length))
}
