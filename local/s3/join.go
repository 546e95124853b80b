package s3

import (
	"fmt"
	"hash"
	"io"
	"os"
)

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
