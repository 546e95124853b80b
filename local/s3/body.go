package s3

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/s3/chunked"
)

// bodyHeaders are the headers that say how a body is sent, which verify reads.
var bodyHeaders = []string{
	"x-amz-decoded-content-length", "x-amz-trailer", "x-amz-sdk-checksum-algorithm",
	"x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256",
}

// Values of x-amz-content-sha256 that are no digest.
const (
	unsignedPayload  = "UNSIGNED-PAYLOAD"
	streamingPayload = "STREAMING-"
	trailerPayload   = "-TRAILER"
)

// digest is a checksum computed of a body as it is read, and what it has to be.
type digest struct {
	hash.Hash
	want []byte // nil: it comes in a trailer, or any will do
	fail error  // if it is another one
}

// payload is a body with its transfer encoding removed. Reading it fails, at
// its end at the latest, if it is not what the headers say.
type payload struct {
	in        io.Reader
	chunks    *chunked.Reader // nil: the body is not chunked
	length    int64           // bytes; -1: not told
	read      int64
	digests   []digest
	algorithm string // of the checksum that the client sends; "" if none
	sum       hash.Hash
	trailer   string // that has the checksum
}

// verify returns the body of a request as a *payload.
func (s *Service) verify(r *http.Request, body io.Reader) (io.Reader, error) {
	p := &payload{in: body, length: r.ContentLength}
	err := errors.Join(p.expectMD5(r.Header.Get("Content-MD5")), p.expectSHA256(r.Header.Get("x-amz-content-sha256"), r.Header))
	if err != nil {
		return nil, err
	}
	header := r.Header
	if r.URL.Query().Has("uploadId") && r.Method == http.MethodPost {
		header = nil // the checksum, if any, is that of the completed object
	}
	if err := p.expectChecksum(header); err != nil {
		return nil, err
	}
	if p.length > s.MaxObject {
		return nil, s.tooLarge()
	}
	return p, nil
}

func (p *payload) expectMD5(given string) error {
	if given == "" {
		return nil
	}
	want, err := base64.StdEncoding.DecodeString(given)
	if err != nil || len(want) != md5.Size {
		return frontdoor.Errorf("InvalidDigest", "The Content-MD5 you specified was invalid.")
	}
	p.digests = append(p.digests, digest{md5.New(), want, frontdoor.Errorf("BadDigest", "The Content-MD5 you specified did not match what we received.")})
	return nil
}

// expectSHA256 reads how the body is signed, and so how it is encoded.
func (p *payload) expectSHA256(given string, header http.Header) error {
	if strings.HasPrefix(given, streamingPayload) {
		return p.expectChunks(given, header)
	}
	if strings.Contains(header.Get("Content-Encoding"), chunkedEncoding) {
		return invalidRequest("The encoding aws-chunked needs a streaming x-amz-content-sha256.")
	}
	if given == "" || given == unsignedPayload {
		return nil
	}
	want, err := hex.DecodeString(given)
	if err != nil || len(want) != sha256.Size {
		return invalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.")
	}
	p.digests = append(p.digests, digest{sha256.New(), want, frontdoor.Errorf("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")})
	return nil
}

func (p *payload) expectChunks(signing string, header http.Header) error {
	switch strings.TrimSuffix(strings.TrimPrefix(signing, streamingPayload), trailerPayload) {
	case "UNSIGNED-PAYLOAD", "AWS4-HMAC-SHA256-PAYLOAD", "AWS4-ECDSA-P256-SHA256-PAYLOAD":
	default:
		return invalidArgument("x-amz-content-sha256: %s is not known", signing)
	}
	length, err := strconv.ParseInt(header.Get("x-amz-decoded-content-length"), 10, 64)
	if err != nil || length < 0 {
		return missingLength()
	}
	p.length = length
	p.chunks = chunked.NewReader(p.in, strings.HasSuffix(signing, trailerPayload))
	p.in = p.chunks
	return nil
}

func missingLength() error {
	return &frontdoor.Error{
		Code: "MissingContentLength", Message: "You must provide the Content-Length HTTP header.", Status: http.StatusLengthRequired,
	}
}

// expectChecksum reads which checksum is sent, in a header or a trailer.
func (p *payload) expectChecksum(header http.Header) error {
	values := map[string]string{}
	for _, name := range bodyHeaders {
		if value := header.Get(name); value != "" {
			values[name] = value
		}
	}
	given, err := theOnlyChecksum(values)
	if err != nil {
		return err
	}
	p.algorithm = given.Algorithm
	if trailer := strings.ToLower(header.Get("x-amz-trailer")); trailer != "" {
		algorithm := strings.TrimPrefix(trailer, checksumPrefix)
		if p.chunks == nil || p.algorithm != "" || algorithms[algorithm] == nil {
			return invalidRequest("The value specified in the x-amz-trailer header is not supported")
		}
		p.algorithm, p.trailer = algorithm, trailer
	}
	if announced := strings.ToLower(header.Get("x-amz-sdk-checksum-algorithm")); announced != "" && announced != p.algorithm {
		return invalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	}
	return p.expectSum(given)
}

func (p *payload) expectSum(given checksum) error {
	if p.algorithm == "" {
		p.sum = algorithms[presetAlgorithm]()
		p.digests = append(p.digests, digest{Hash: p.sum})
		return nil
	}
	p.sum = algorithms[p.algorithm]()
	d := digest{Hash: p.sum}
	if p.trailer == "" {
		want, err := base64.StdEncoding.DecodeString(given.Value)
		if err != nil {
			return fmt.Errorf("checksum %q: %w", given.Value, err)
		}
		d.want, d.fail = want, badDigest(strings.ToUpper(p.algorithm))
	}
	p.digests = append(p.digests, d)
	return nil
}
