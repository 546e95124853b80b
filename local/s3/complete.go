package s3

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
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

type completion struct{ Part []completedPart }

type completedPart struct {
	PartNumber        int
	ETag              string
	ChecksumCRC32     string
	ChecksumCRC32C    string
	ChecksumCRC64NVME string
	ChecksumSHA1      string
	ChecksumSHA256    string
}

// checksum is the checksum that a client names of a part, of an algorithm.
func (c completedPart) checksum(algorithm string) string {
	return map[string]string{
		"crc32": c.ChecksumCRC32, "crc32c": c.ChecksumCRC32C, "crc64nvme": c.ChecksumCRC64NVME,
		"sha1": c.ChecksumSHA1, "sha256": c.ChecksumSHA256,
	}[algorithm]
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

// resultChecksum is a checksum as documents have it: a member for each
// algorithm.
type resultChecksum struct {
	ChecksumCRC32     string `json:",omitempty" xml:",omitempty"`
	ChecksumCRC32C    string `json:",omitempty" xml:",omitempty"`
	ChecksumCRC64NVME string `json:",omitempty" xml:",omitempty"`
	ChecksumSHA1      string `json:",omitempty" xml:",omitempty"`
	ChecksumSHA256    string `json:",omitempty" xml:",omitempty"`
	ChecksumType      string `json:",omitempty" xml:",omitempty"`
}

func (c checksum) result() resultChecksum {
	r := resultChecksum{ChecksumType: c.Type}
	switch c.Algorithm {
	case "crc32":
		r.ChecksumCRC32 = c.Value
	case "crc32c":
		r.ChecksumCRC32C = c.Value
	case "crc64nvme":
		r.ChecksumCRC64NVME = c.Value
	case "sha1":
		r.ChecksumSHA1 = c.Value
	case "sha256":
		r.ChecksumSHA256 = c.Value
	}
	return r
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

// choose returns the parts that the client names.
func (u *upload) choose(named []completedPart) ([]*part, error) {
	if len(named) == 0 || len(named) > maxParts {
		return nil, frontdoor.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: from 1 to %d parts are expected", maxParts)
	}
	var parts []*part
	for i, name := range named {
		if i > 0 && name.PartNumber <= named[i-1].PartNumber {
			return nil, frontdoor.Errorf("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
		}
		p := u.parts[name.PartNumber]
		sum := name.checksum(u.Algorithm)
		if p == nil || strings.Trim(name.ETag, `"`) != hex.EncodeToString(p.MD5) || sum != "" && sum != p.Checksum {
			return nil, &frontdoor.Error{
				Code: "InvalidPart", Members: map[string]any{"PartNumber": name.PartNumber, "ETag": name.ETag, "UploadId": u.ID},
				Message: "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
			}
		}
		if sum == "" && u.Algorithm != "" && u.Type == composite {
			return nil, invalidRequest("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.", u.Algorithm, name.PartNumber)
		}
		if p.Size < minPart && i < len(named)-1 {
			return nil, &frontdoor.Error{
				Code: "EntityTooSmall", Message: "Your proposed upload is smaller than the minimum allowed size",
				Members: map[string]any{"ProposedSize": p.Size, "MinSizeAllowed": minPart, "PartNumber": name.PartNumber, "ETag": name.ETag},
			}
		}
		parts = append(parts, p)
	}
	return parts, nil
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

// join writes the content of parts to one new file.
func (f folder) join(parts []*part, h hash.Hash) (content, error) {
	r := &partsReader{folder: f, parts: parts}
	defer r.close()
	return f.write(r, h)
}

// partsReader reads parts one after the other, with one file open at a time.
type partsReader struct {
	folder
	parts []*part
	file  *os.File
}

func (r *partsReader) Read(p []byte) (int, error) {
	for {
		if r.file == nil {
			if len(r.parts) == 0 {
				return 0, io.EOF
			}
			var err error
			if r.file, err = os.Open(r.path(r.parts[0].File)); err != nil {
				return 0, fmt.Errorf("open a part: %w", err)
			}
			r.parts = r.parts[1:]
		}
		n, err := r.file.Read(p)
		if n > 0 || err != io.EOF {
			return n, err
		}
		r.close()
	}
}

// close closes the part that is open. It was only read from: nothing is lost
// if that fails.
func (r *partsReader) close() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}
