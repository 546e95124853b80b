package s3

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// presetMaxObject is how many bytes an object has at most, unless configured.
const presetMaxObject = 1 << 30

// Authorizer decides an access that is only known while an operation runs;
// *frontdoor.Door is one.
type Authorizer interface {
	Authorize(p iam.Principal, service string, access iam.Access) error
}

// Config is what S3 needs.
type Config struct {
	Account string
	Region  string
	// Dir is the folder for the objects' content, used by nobody else. It is
	// created if need be. Without a lasting store, it is emptied by New.
	Dir  string
	Door Authorizer
	// Store keeps buckets and the index of objects; nil: nothing does.
	Store *store.Store
	Log   *slog.Logger
	// MaxObject is how many bytes an object has at most; 0: 1 GiB.
	MaxObject int64
	// Stored, if it is set, is told each object that was put, so that what uses
	// it can get ready. It must not wait, nor call the service.
	Stored func(bucket, key string)
}

// Service is S3 for one account and Region. It is safe for concurrent use.
type Service struct {
	Config
	files folder

	mu      sync.RWMutex
	buckets map[string]*bucket // by name
	uploads map[string]*upload // by id
}

// New returns S3 with what is in the store and in the folder.
func New(config Config) (*Service, error) {
	if config.Dir == "" || config.Door == nil || config.Log == nil {
		return nil, errors.New("S3 needs a folder, a front door and a log")
	}
	if config.Store == nil {
		config.Store = store.Memory()
	}
	config.MaxObject = cmp.Or(config.MaxObject, presetMaxObject)
	s := &Service{Config: config, files: folder{config.Dir}, buckets: map[string]*bucket{}, uploads: map[string]*upload{}}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("take over the buckets of the run before: %w", err)
	}
	if err := s.addPreset(); err != nil {
		return nil, err
	}
	return s, nil
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	operations := append(s.bucketOperations(), s.objectOperations()...)
	return []frontdoor.Service{{
		Name: "s3", Protocol: frontdoor.RESTXML, Body: s.verify, Headers: bodyHeaders,
		Operations: append(operations, s.uploadOperations()...),
	}}
}

func (s *Service) bucketOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("ListBuckets", s.listBucketsAccess, s.listBuckets).At("GET /", 200),
		frontdoor.Op("CreateBucket", s.createBucketAccess, s.createBucket).At("PUT /{Bucket}", 200),
		frontdoor.Op("DeleteBucket", onBucketAccess[onBucket](s, "s3:DeleteBucket"), s.deleteBucket).At("DELETE /{Bucket}", 204),
		frontdoor.Op("HeadBucket", onBucketAccess[onBucket](s, "s3:ListBucket"), s.headBucket).At("HEAD /{Bucket}", 200),
		frontdoor.Op("GetBucketLocation", onBucketAccess[onBucket](s, "s3:GetBucketLocation"), s.getLocation).At("GET /{Bucket}?location", 200),
		frontdoor.Op("GetBucketEncryption", onBucketAccess[onBucket](s, "s3:GetEncryptionConfiguration"), s.getEncryption).At("GET /{Bucket}?encryption", 200),
		frontdoor.Op("GetBucketVersioning", onBucketAccess[onBucket](s, "s3:GetBucketVersioning"), s.getVersioning).At("GET /{Bucket}?versioning", 200),
	}
}

func (s *Service) objectOperations() []frontdoor.Operation {
	get := frontdoor.Op("GetObject", onObjectAccess[getObjectInput](s, "s3:GetObject"), s.getObject).At("GET /{Bucket}/{Key...}", 200)
	return []frontdoor.Operation{
		frontdoor.Op("PutObject", onObjectAccess[putObjectInput](s, "s3:PutObject"), s.putObject).At("PUT /{Bucket}/{Key...}", 200),
		frontdoor.Writing(get, writeObject),
		frontdoor.Op("HeadObject", onObjectAccess[getObjectInput](s, "s3:GetObject"), s.headObject).At("HEAD /{Bucket}/{Key...}", 200),
		frontdoor.Op("DeleteObject", onObjectAccess[onObject](s, "s3:DeleteObject"), s.deleteObject).At("DELETE /{Bucket}/{Key...}", 204),
		frontdoor.Op("DeleteObjects", s.inBucket, s.deleteObjects).At("POST /{Bucket}?delete", 200),
		frontdoor.Op("ListObjectsV2", s.listObjectsAccess, s.listObjects).At("GET /{Bucket}?list-type=2", 200),
	}
}

func (s *Service) uploadOperations() []frontdoor.Operation {
	return []frontdoor.Operation{
		frontdoor.Op("CreateMultipartUpload", onObjectAccess[createUploadInput](s, "s3:PutObject"), s.createUpload).At("POST /{Bucket}/{Key...}?uploads", 200),
		frontdoor.Op("UploadPart", onObjectAccess[uploadPartInput](s, "s3:PutObject"), s.uploadPart).At("PUT /{Bucket}/{Key...}?partNumber&uploadId", 200),
		frontdoor.Op("CompleteMultipartUpload", onObjectAccess[completeInput](s, "s3:PutObject"), s.completeUpload).At("POST /{Bucket}/{Key...}?uploadId", 200),
		frontdoor.Op("AbortMultipartUpload", onObjectAccess[abortInput](s, "s3:AbortMultipartUpload"), s.abortUpload).At("DELETE /{Bucket}/{Key...}?uploadId", 204),
	}
}

// empty is the output of operations that answer nothing.
type empty struct{}
