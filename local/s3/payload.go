package s3

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"eda-demo/local/frontdoor"
	"eda-demo/local/s3/chunked"
)

// Read returns io.EOF only if everything that the headers say holds.
func (p *payload) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	for i := range p.digests {
		p.digests[i].Write(b[:n])
	}
	p.read += int64(n)
	switch {
	case p.length >= 0 && p.read > p.length:
		return n, incompleteBody()
	case errors.Is(err, chunked.ErrChunkSize):
		return n, &frontdoor.Error{
			Code: "InvalidChunkSizeError", Status: http.StatusForbidden,
			Message: "Only the last chunk is allowed to have a size less than 8192 bytes",
		}
	case errors.Is(err, chunked.ErrMalformed):
		return n, frontdoor.Errorf("IncompleteBody", "The request body can't be read: %v", err)
	case err != nil && !errors.Is(err, io.EOF):
		return n, err
	case err != nil:
		return n, p.end()
	}
	return n, nil
}

func incompleteBody() error {
	return frontdoor.Errorf("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
}

// end verifies what was read; io.EOF means that it is as it should be.
func (p *payload) end() error {
	if p.length >= 0 && p.read != p.length {
		return incompleteBody()
	}
	for _, d := range p.digests {
		if d.want != nil && !bytes.Equal(d.Sum(nil), d.want) {
			return d.fail
		}
	}
	if err := p.verifyTrailers(); err != nil {
		return err
	}
	return io.EOF
}

// signatureTrailer is the trailer that signs the others.
const signatureTrailer = "x-amz-trailer-signature"

func (p *payload) verifyTrailers() error {
	if p.chunks == nil {
		return nil
	}
	trailers := p.chunks.Trailers()
	for name := range trailers {
		if name != p.trailer && name != signatureTrailer {
			return malformedTrailer()
		}
	}
	if p.trailer == "" {
		return nil
	}
	value, sent := trailers[p.trailer]
	if !sent {
		return malformedTrailer()
	}
	if err := checkChecksum(p.algorithm, value); err != nil {
		return err
	}
	if value != encoded(p.sum) {
		return badDigest(p.checksum().name())
	}
	return nil
}

func malformedTrailer() error {
	return frontdoor.Errorf("MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.")
}

// checksum is the checksum of what was read: the client's, or the preset one.
func (p *payload) checksum() checksum {
	if p.algorithm == "" {
		return checksum{presetAlgorithm, encoded(p.sum), fullObject}
	}
	return checksum{p.algorithm, encoded(p.sum), fullObject}
}
