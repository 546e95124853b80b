package frontdoor

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// minRate is how many bytes a second a streamed body has to move, once the
// body timeout is used up.
const minRate = 256 << 10

// allowance is how long a body of so many bytes may take.
func (d *Door) allowance(bytes int64) time.Duration {
	return d.bodyTimeout + time.Duration(bytes/minRate)*time.Second
}

// boundedReader reads the body of a request while it comes fast enough.
type boundedReader struct {
	door       *Door
	writer     http.ResponseWriter
	connection *http.ResponseController
	body       io.Reader
	begun      time.Time
	read       int64
}

// boundedBody is the body of a request, of any length. Reading it fails with
// an *Error if it comes too slowly or ends too early.
func (d *Door) boundedBody(w http.ResponseWriter, r *http.Request) io.Reader {
	if r.Body == nil {
		return http.NoBody
	}
	return &boundedReader{door: d, writer: w, connection: http.NewResponseController(w), body: r.Body, begun: time.Now()}
}

func (b *boundedReader) Read(p []byte) (int, error) {
	// What is no connection, such as a test's recorder, can't be slow either.
	limited := b.connection.SetReadDeadline(b.begun.Add(b.door.allowance(b.read))) == nil
	n, err := b.body.Read(p)
	b.read += int64(n)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.writer.Header().Set("Connection", "close")
		return n, Errorf("RequestTimeout", "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.")
	case !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		b.writer.Header().Set("Connection", "close")
		return n, Errorf("IncompleteBody", "The request body terminated unexpectedly: %v", err)
	}
	if limited {
		if err := b.connection.SetReadDeadline(time.Time{}); err != nil {
			return n, err
		}
	}
	return n, io.EOF
}
