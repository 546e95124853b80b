package s3

import (
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// Limits of uploads: how many there are at a time, and the parts of one.
const (
	maxUploads = 1000
	maxParts   = 10000
)

// minPart is the least size, in bytes, of a part that is not the last.
const minPart = 5 << 20

// staleUpload is the age at which an upload that was never completed is
// dropped, at the next start.
const staleUpload = 24 * time.Hour

// upload is an object that comes in parts; Service.mu guards it. It is also
// the form in the store, the parts apart.
type upload struct {
	ID, Bucket, Key string
	Begun           time.Time
	Algorithm       string `json:",omitempty"` // "": the client chose none
	Type            string // of the checksum
	Encryption      string
	Description     description

	parts map[int]*part
	busy  bool // being completed
}

// part is a part of an upload, and its form in the store. It is replaced,
// never changed.
type part struct {
	File     string
	Size     int64
	MD5      []byte
	Checksum string // of the upload's algorithm; "" without one
}

type createUploadInput struct {
	onObject
	description
	placement
	Algorithm string `json:"ChecksumAlgorithm" header:"x-amz-checksum-algorithm"`
	Type      string `json:"ChecksumType" header:"x-amz-checksum-type"`
}

type createUploadOutput struct {
	XMLName    xml.Name `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
	Bucket     string
	Key        string
	ID         string `json:"UploadId" xml:"UploadId"`
	Algorithm  string `json:"ChecksumAlgorithm,omitempty" header:"x-amz-checksum-algorithm" xml:"-"`
	Type       string `json:"ChecksumType,omitempty" header:"x-amz-checksum-type" xml:"-"`
	Encryption string `json:"ServerSideEncryption" header:"x-amz-server-side-encryption" xml:"-"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
func (s *Service) createUpload(_ context.Context, in *createUploadInput) (*createUploadOutput, error) {
	set, err := s.settingsOf(in.Bucket)
	if err != nil {
		return nil, err
	}
	u := &upload{ID: rand.Text() + rand.Text(), Bucket: in.Bucket, Key: in.Key, Begun: time.Now().UTC(), parts: map[int]*part{}}
	if u.Encryption, err = encryptionOf(in.Encryption, in.KMSKey, set); err != nil {
		return nil, err
	}
	if u.Algorithm, u.Type, err = in.checksum(); err != nil {
		return nil, err
	}
	if err := errors.Join(in.description.check(), in.placement.check()); err != nil {
		return nil, err
	}
	u.Description = in.description
	if err := s.addUpload(u); err != nil {
		return nil, err
	}
	out := &createUploadOutput{Bucket: u.Bucket, Key: u.Key, ID: u.ID, Encryption: u.Encryption}
	if u.Algorithm != "" {
		out.Algorithm, out.Type = strings.ToUpper(u.Algorithm), u.Type
	}
	return out, nil
}

// checksum reads which checksum the object will have, and of what kind.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#Full-object-and-composite-checksums
func (in *createUploadInput) checksum() (algorithm, kind string, err error) {
	if in.Algorithm == "" {
		if in.Type != "" {
			return "", "", invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return "", fullObject, nil
	}
	if algorithm, err = checkAlgorithm(in.Algorithm); err != nil {
		return "", "", err
	}
	either := algorithm == "crc32" || algorithm == "crc32c"
	preset := composite
	if algorithm == presetAlgorithm {
		preset = fullObject
	}
	switch {
	case in.Type == "" || in.Type == preset:
		return algorithm, preset, nil
	case in.Type == fullObject && either:
		return algorithm, fullObject, nil
	}
	return "", "", invalidRequest("The %s checksum type cannot be used with the %s checksum algorithm.", in.Type, strings.ToLower(in.Algorithm))
}

func (s *Service) addUpload(u *upload) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.find(u.Bucket); err != nil {
		return err
	}
	if len(s.uploads) >= maxUploads {
		return invalidRequest("There are %d multipart uploads already, as many as are supported here.", maxUploads)
	}
	if err := s.Store.Update(func(tx *store.Tx) { tx.Put(uploadsKept, u.ID, u) }); err != nil {
		return err
	}
	s.uploads[u.ID] = u
	return nil
}

// uploadOf returns an upload of an object; s.mu is held.
func (s *Service) uploadOf(at onObject, id string) (*upload, error) {
	u := s.uploads[id]
	if u == nil || u.Bucket != at.Bucket || u.Key != at.Key {
		return nil, noSuchUpload(id)
	}
	if u.busy {
		return nil, &frontdoor.Error{
			Code: "OperationAborted", Message: "A conflicting conditional operation is currently in progress against this resource. Please try again.", Status: 409,
		}
	}
	return u, nil
}

type abortInput struct {
	onObject
	ID string `json:"UploadId" query:"uploadId"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
func (s *Service) abortUpload(_ context.Context, in *abortInput) (*empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.uploadOf(in.onObject, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Store.Update(u.erase); err != nil {
		return nil, err
	}
	s.forget(u)
	return &empty{}, nil
}

// erase takes the upload out of the store.
func (u *upload) erase(tx *store.Tx) {
	tx.Delete(uploadsKept, u.ID)
	tx.Drop(partsKept + u.ID)
}

// forget ends an upload that is out of the store already; s.mu is held.
func (s *Service) forget(u *upload) {
	delete(s.uploads, u.ID)
	for _, p := range u.parts {
		s.drop(p.File)
	}
}
