package s3

import (
	"context"
	"io"

	"eda-demo/local/store"
)

type uploadPartInput struct {
	onObject
	ID     string    `json:"UploadId" query:"uploadId"`
	Number int       `json:"PartNumber" query:"partNumber"`
	Body   io.Reader `json:"-" body:"-"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
func (s *Service) uploadPart(_ context.Context, in *uploadPartInput) (*storedOutput, error) {
	if in.Number < 1 || in.Number > maxParts {
		return nil, invalidArgument("Part number must be an integer between 1 and %d, inclusive", maxParts)
	}
	algorithm, encryption, err := s.uploadSettings(in)
	if err != nil {
		return nil, err
	}
	received, sum, err := s.receivePart(in.Body, algorithm)
	if err != nil {
		return nil, err
	}
	p := &part{File: received.file, Size: received.size, MD5: received.md5}
	out := &storedOutput{ETag: etag(p.MD5), Encryption: encryption}
	if algorithm != "" {
		p.Checksum = sum.Value
		out.Checksum = map[string]string{algorithm: sum.Value}
	}
	if err := s.addPart(in, p); err != nil {
		s.drop(p.File)
		return nil, err
	}
	return out, nil
}

func (s *Service) uploadSettings(in *uploadPartInput) (algorithm, encryption string, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	u, err := s.uploadOf(in.onObject, in.ID)
	if err != nil {
		return "", "", err
	}
	return u.Algorithm, u.Encryption, nil
}

// receivePart writes a part to a file, with the checksum that its upload has.
func (s *Service) receivePart(body io.Reader, algorithm string) (content, checksum, error) {
	p, ok := body.(*payload)
	if !ok || p.length < 0 {
		return content{}, checksum{}, missingLength()
	}
	if algorithm == "" || algorithm == p.algorithm {
		return s.receive(p)
	}
	if p.algorithm != "" {
		return content{}, checksum{}, invalidRequest("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s", algorithm, p.algorithm)
	}
	h := algorithms[algorithm]()
	received, err := s.files.write(p, h)
	return received, checksum{Algorithm: algorithm, Value: encoded(h)}, err
}

// addPart adds a part to its upload, in place of the one that had its number.
func (s *Service) addPart(in *uploadPartInput, p *part) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.uploadOf(in.onObject, in.ID)
	if err != nil {
		return err
	}
	total := p.Size
	for number, other := range u.parts {
		if number != in.Number {
			total += other.Size
		}
	}
	if total > s.MaxObject {
		return s.tooLarge()
	}
	err = s.Store.Update(func(tx *store.Tx) { tx.Put(partsKept+u.ID, store.Sequence(uint64(in.Number)), p) })
	if err != nil {
		return err
	}
	if before := u.parts[in.Number]; before != nil {
		s.drop(before.File)
	}
	u.parts[in.Number] = p
	return nil
}
