package chunked_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"

	"eda-demo/local/s3/chunked"
)

func TestReader(t *testing.T) {
	large := strings.Repeat("x", chunked.MinChunk)
	tests := []struct {
		name, in, want string
		fail           error
		trailers       map[string]string
	}{
		{"empty", "0\r\n\r\n", "", nil, nil},
		{"one chunk", "4\r\nbody\r\n0\r\n\r\n", "body", nil, nil},
		{"signed", "4;chunk-signature=ab\r\nbody\r\n0;chunk-signature=cd\r\n\r\n", "body", nil, nil},
		{"two chunks", "2000\r\n" + large + "\r\n1\r\ny\r\n0\r\n\r\n", large + "y", nil, nil},
		{"CR LF in a chunk", "A\r\n\r\n0\r\n\r\nab\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\nab\r", chunked.ErrMalformed, nil},
		{"trailers", "0\r\nX-A: 1\r\nx-b:2\r\n\r\n", "", nil, map[string]string{"x-a": "1", "x-b": "2"}},
		{"nothing", "", "", chunked.ErrMalformed, nil},
		{"cut in a size", "4", "", chunked.ErrMalformed, nil},
		{"cut in a chunk", "4\r\nbo", "bo", chunked.ErrMalformed, nil},
		{"cut after the chunks", "0\r\n", "", chunked.ErrMalformed, nil},
		{"more behind", "0\r\n\r\n0", "", chunked.ErrMalformed, nil},
		{"longer than its size", "1\r\nbody\r\n0\r\n\r\n", "b", chunked.ErrMalformed, nil},
		{"no size", "\r\nbody\r\n0\r\n\r\n", "", chunked.ErrMalformed, nil},
		{"negative size", "-1\r\n\r\n0\r\n\r\n", "", chunked.ErrMalformed, nil},
		{"signed size", "+1\r\na\r\n0\r\n\r\n", "", chunked.ErrMalformed, nil},
		{"huge size", "fffffffffffffffff\r\n", "", chunked.ErrMalformed, nil},
		{"size that is none", "xyz\r\n", "", chunked.ErrMalformed, nil},
		{"extension", "4;a=b\r\nbody\r\n0\r\n\r\n", "", chunked.ErrMalformed, nil},
		{"line feed only", "4\nbody\n0\n\n", "", chunked.ErrMalformed, nil},
		{"long line", strings.Repeat("0", 5000) + "\r\n", "", chunked.ErrMalformed, nil},
		{"small chunk first", "1\r\na\r\n1\r\nb\r\n0\r\n\r\n", "a", chunked.ErrChunkSize, nil},
		{"trailer without value", "0\r\nx\r\n\r\n", "", chunked.ErrMalformed, nil},
		{"trailer twice", "0\r\nx:1\r\nX:2\r\n\r\n", "", chunked.ErrMalformed, nil},
		{"many trailers", "0\r\n" + manyTrailers(17) + "\r\n", "", chunked.ErrMalformed, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(test.in), iotest.OneByteReader(strings.NewReader(test.in))} {
				r := chunked.NewReader(in, true)
				got, err := io.ReadAll(r)
				if string(got) != test.want || !errors.Is(err, test.fail) {
					t.Errorf("got %.50q, %v; want %.50q, %v", got, err, test.want, test.fail)
				}
				if test.trailers != nil && !maps.Equal(r.Trailers(), test.trailers) {
					t.Errorf("got trailers %v, want %v", r.Trailers(), test.trailers)
				}
				if n, again := r.Read(make([]byte, 1)); n != 0 || err != nil && again == nil || err == nil && again != io.EOF {
					t.Errorf("read again: got %d, %v; want what came before: %v", n, again, err)
				}
			}
		})
	}
}

func manyTrailers(n int) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, "x%d:1\r\n", i)
	}
	return all.String()
}

func TestTrailersThatAreNotExpected(t *testing.T) {
	if got, err := io.ReadAll(chunked.NewReader(strings.NewReader("0\r\nx:1\r\n\r\n"), false)); !errors.Is(err, chunked.ErrMalformed) {
		t.Errorf("got %q, %v; want %v", got, err, chunked.ErrMalformed)
	}
}

func TestErrorOfTheSource(t *testing.T) {
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader("4\r\nbo"), iotest.ErrReader(broken))
	if got, err := io.ReadAll(chunked.NewReader(in, false)); string(got) != "bo" || !errors.Is(err, broken) {
		t.Errorf("got %q, %v; want bo, %v", got, err, broken)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("4\r\nbody\r\n0\r\n\r\n"), true)
	f.Add([]byte("4;chunk-signature=ab\r\nbody\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"), true)
	f.Add([]byte("0\r\nx\r\n\r\n"), false)
	f.Fuzz(func(t *testing.T, raw []byte, trailing bool) {
		got, err := io.ReadAll(chunked.NewReader(bytes.NewReader(raw), trailing))
		if len(got) > len(raw) {
			t.Errorf("%q: got %d bytes, more than came", raw, len(got))
		}
		if err != nil && !errors.Is(err, chunked.ErrMalformed) && !errors.Is(err, chunked.ErrChunkSize) {
			t.Errorf("%q: got error %v, want one of the package", raw, err)
		}
	})
}
