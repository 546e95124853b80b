package s3

import (
	"context"
	"encoding/xml"
)

type locationOutput struct {
	XMLName  xml.Name `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	Location string   `json:"LocationConstraint" xml:",chardata"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
func (s *Service) getLocation(context.Context, *onBucket) (*locationOutput, error) {
	out := &locationOutput{Location: s.Region}
	if s.Region == globalRegion {
		out.Location = ""
	}
	return out, nil
}

type encryptionOutput struct {
	XMLName xml.Name       `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ ServerSideEncryptionConfiguration"`
	Rule    encryptionRule `xml:"Rule"`
}

type encryptionRule struct {
	Default          encryptionDefault `json:"ApplyServerSideEncryptionByDefault" xml:"ApplyServerSideEncryptionByDefault"`
	BucketKeyEnabled bool
}

type encryptionDefault struct {
	SSEAlgorithm   string
	KMSMasterKeyID string `json:",omitempty" xml:",omitempty"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
func (s *Service) getEncryption(_ context.Context, in *onBucket) (*encryptionOutput, error) {
	set, err := s.settingsOf(in.Bucket)
	if err != nil {
		return nil, err
	}
	return &encryptionOutput{Rule: encryptionRule{encryptionDefault{set.Encryption, set.Key}, set.BucketKey}}, nil
}

type versioningOutput struct {
	XMLName xml.Name `json:"-" xml:"http://s3.amazonaws.com/doc/2006-03-01/ VersioningConfiguration"`
	Status  string   `json:",omitempty" xml:",omitempty"`
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
func (s *Service) getVersioning(_ context.Context, in *onBucket) (*versioningOutput, error) {
	set, err := s.settingsOf(in.Bucket)
	if err != nil {
		return nil, err
	}
	return &versioningOutput{Status: set.Versioning}, nil
}

func (s *Service) settingsOf(name string) (settings, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.find(name)
	if err != nil {
		return settings{}, err
	}
	return b.settings, nil
}
