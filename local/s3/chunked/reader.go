// Package chunked decodes bodies with the content encoding aws-chunked, in
// which SDKs send what they can't, or don't want to, read twice: chunks with
// their sizes, signed or not, and possibly trailers such as a checksum.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
//
// Signatures of chunks are read over, as those of requests are.
package chunked

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// MinChunk is the least size of a chunk, in bytes, that is not the last one.
const MinChunk = 8 << 10

// maxLine bounds the lines between chunks, and maxTrailers their number after
// the last.
const (
	maxLine     = 4 << 10
	maxTrailers = 16
)

// maxSizeDigits bounds the hexadecimal digits of a chunk's size.
const maxSizeDigits = 15

// ErrMalformed is in the chain of errors for a body that is not chunked as it
// should be, ErrChunkSize for one with a chunk that is too small.
var (
	ErrMalformed = errors.New("the body is not encoded as aws-chunked")
	ErrChunkSize = errors.New("only the last chunk may have less than 8192 bytes")
)

// Reader reads the decoded content.
type Reader struct {
	in       *bufio.Reader
	trailing bool
	trailers map[string]string
	left     int64 // bytes of the chunk
	small    bool  // the last chunk was
	begun    bool
	err      error // what every further Read returns
}

// NewReader reads from in, which ends with the body. trailing tells that
// trailers may follow the chunks.
func NewReader(in io.Reader, trailing bool) *Reader {
	return &Reader{in: bufio.NewReaderSize(in, maxLine), trailing: trailing, trailers: map[string]string{}}
}

// Trailers are the trailers by their names in lower case, complete once Read
// has returned io.EOF.
func (r *Reader) Trailers() map[string]string { return r.trailers }

// Read returns io.EOF when everything is read, trailers included.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err == nil && r.left == 0 {
		r.err = r.nextChunk()
	}
	if r.err != nil || len(p) == 0 {
		return 0, r.err
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	if err != nil {
		r.err = early(err)
		return n, r.err
	}
	return n, nil
}

// early makes the end of the body, where there should be more, an error.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return malformed("it ends too early")
	}
	return err
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// nextChunk reads up to the content of the next chunk, or returns io.EOF at the
// end of all.
func (r *Reader) nextChunk() error {
	if r.begun {
		if line, err := r.line(); err != nil || line != "" {
			return cmp.Or(err, malformed("a chunk is longer than its size"))
		}
	}
	r.begun = true
	line, err := r.line()
	if err != nil {
		return err
	}
	if r.left, err = chunkSize(line); err != nil {
		return err
	}
	if r.left > 0 {
		if r.small {
			return ErrChunkSize
		}
		r.small = r.left < MinChunk
		return nil
	}
	return r.readTrailers()
}

// chunkSize reads "<hexadecimal size>[;chunk-signature=<signature>]".
func chunkSize(line string) (int64, error) {
	digits, extension, extended := strings.Cut(line, ";")
	if extended && !strings.HasPrefix(extension, "chunk-signature=") {
		return 0, malformed("a chunk has the unknown extension %q", extension)
	}
	if digits == "" || len(digits) > maxSizeDigits || strings.ContainsAny(digits, "+-_") {
		return 0, malformed("%q is no size of a chunk", digits)
	}
	size, err := strconv.ParseInt(digits, 16, 64)
	if err != nil {
		return 0, malformed("%q is no size of a chunk", digits)
	}
	return size, nil
}

// readTrailers reads the trailers, the empty line after them, and the end.
func (r *Reader) readTrailers() error {
	for {
		line, err := r.line()
		if err != nil {
			return err
		}
		if line == "" {
			break
		}
		name, value, found := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		_, twice := r.trailers[name]
		if !r.trailing || !found || name == "" || twice || len(r.trailers) == maxTrailers {
			return malformed("%q is no trailer that is expected", line)
		}
		r.trailers[name] = strings.TrimSpace(value)
	}
	if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
		return cmp.Or(err, malformed("something follows the end"))
	}
	return io.EOF
}

// line reads a line that ends in CR LF, without these.
func (r *Reader) line() (string, error) {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", malformed("a line is longer than %d bytes", maxLine)
	}
	if err != nil {
		return "", early(err)
	}
	text, found := bytes.CutSuffix(line, []byte("\r\n"))
	if !found {
		return "", malformed("a line does not end in CR LF")
	}
	return string(text), nil
}
