package s3

import (
	"context"
	"crypto/md5"
	"encoding/xml"
	"fmt"
	"hash"
	"net/url"
	"time"
)

type completeInput struct {
	onObject
	condition
	ID       string            `json:"UploadId" query:"uploadId"`
	Size     *int64            `json:"MpuObjectSize" header:"x-amz-mp-object-size"`
	Type     string            `json:"ChecksumType" header:"x-amz-checksum-type"`
	Checksum map[string]string `headers:"x-amz-checksum-"`
	Upload   completion        `json:"MultipartUpload" body:"CompleteMultipartUpload"`
}

type completeOutput struct {
	XMLName    xml.Name `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location   string
	Bucket     string
	Key        string
	ETag       string
	Encryption string `json:"ServerSideEncryption" header:"x-amz-server-side-encryption" xml:"-"`
	resultChecksum
}

// completeUpload makes one object of the parts.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
func (s *Service) completeUpload(_ context.Context, in *completeInput) (*completeOutput, error) {
	if err := in.condition.check(); err != nil {
		return nil, err
	}
	u, parts, err := s.beginCompletion(in)
	if err != nil {
		return nil, err
	}
	o, err := s.assemble(in, u, parts)
	if err == nil {
		if err = s.putIn(in.onObject, o, in.condition, u.erase); err != nil {
			s.drop(o.File)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		u.busy = false
		return nil, err
	}
	s.forget(u)
	location := url.URL{Scheme: "https", Host: "s3." + s.Region + ".amazonaws.com", Path: "/" + in.Bucket + "/" + in.Key}
	return &completeOutput{
		Location: location.String(), Bucket: in.Bucket, Key: in.Key, ETag: o.ETag,
		Encryption: o.Encryption, resultChecksum: o.Checksum.result(),
	}, nil
}

// beginCompletion checks what the client says of the parts, and keeps the
// upload as it is until it is completed.
func (s *Service) beginCompletion(in *completeInput) (*upload, []*part, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.uploadOf(in.onObject, in.ID)
	if err != nil {
		return nil, nil, err
	}
	if in.Type != "" && in.Type != u.Type {
		return nil, nil, invalidRequest("The upload was created using the %s checksum mode. The complete request must use the same checksum mode.", u.Type)
	}
	parts, err := u.choose(in.Upload.Part)
	if err != nil {
		return nil, nil, err
	}
	var size int64
	for _, p := range parts {
		size += p.Size
	}
	if in.Size != nil && *in.Size != size {
		return nil, nil, invalidRequest("The provided 'x-amz-mp-object-size' header value %d does not match what was computed: %d", *in.Size, size)
	}
	u.busy = true
	return u, parts, nil
}

// assemble writes the object's file.
func (s *Service) assemble(in *completeInput, u *upload, parts []*part) (*object, error) {
	algorithm := u.Algorithm
	if algorithm == "" {
		algorithm = presetAlgorithm
	}
	whole := algorithms[algorithm]()
	written, err := s.files.join(parts, whole)
	if err != nil {
		return nil, err
	}
	sum, err := u.checksum(algorithm, whole, parts)
	if err == nil {
		err = in.verify(sum)
	}
	if err != nil {
		s.drop(written.file)
		return nil, err
	}
	return &object{
		File: written.file, Size: written.size, ETag: partsETag(parts), Modified: time.Now().UTC().Truncate(time.Second),
		Checksum: sum, Encryption: u.Encryption, description: u.Description,
	}, nil
}

func (u *upload) checksum(algorithm string, whole hash.Hash, parts []*part) (checksum, error) {
	if u.Type == fullObject {
		return checksum{algorithm, encoded(whole), fullObject}, nil
	}
	var sums []string
	for _, p := range parts {
		sums = append(sums, p.Checksum)
	}
	value, err := combine(algorithm, sums)
	return checksum{algorithm, value, composite}, err
}

// verify compares the object's checksum with the one that the client expects.
func (in *completeInput) verify(sum checksum) error {
	for algorithm, value := range in.Checksum {
		if algorithm != sum.Algorithm {
			return invalidRequest("The upload has a %s checksum, but %s%s is given.", sum.Algorithm, checksumPrefix, algorithm)
		}
		if value != sum.Value {
			return badDigest(sum.name())
		}
	}
	return nil
}

// partsETag is the entity tag of an object that came in parts.
func partsETag(parts []*part) string {
	h := md5.New()
	for _, p := range parts {
		h.Write(p.MD5)
	}
	return fmt.Sprintf(`"%x-%d"`, h.Sum(nil), len(parts))
}
