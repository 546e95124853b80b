package lambda

import (
	"errors"
	"fmt"
	"io/fs"

	"eda-demo/local/frontdoor"
	"eda-demo/local/lambda/program"
)

// Code finds the code of functions.
type Code interface {
	// Code returns the path of the code that is uploaded as a key to a bucket: a
	// zip archive, or a folder as it would be in one, with a program named
	// bootstrap. Without such code the error is an fs.ErrNotExist.
	Code(bucket, key string) (path string, err error)
}

// CodeFunc is a function as Code.
type CodeFunc func(bucket, key string) (path string, err error)

// Code implements Code.
func (f CodeFunc) Code(bucket, key string) (string, error) {
	return f(bucket, key)
}

// code is where a function's code is.
type code struct{ S3Bucket, S3Key string }

// open returns the program that is uploaded somewhere.
func (s *Service) open(at code) (*program.Program, error) {
	path, err := s.config.Code.Code(at.S3Bucket, at.S3Key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noCode(at, err)
	}
	if err != nil {
		return nil, fmt.Errorf("find the code %s/%s: %w", at.S3Bucket, at.S3Key, err)
	}
	found, err := s.folders.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the code %s/%s: %w", at.S3Bucket, at.S3Key, err)
	}
	return found, nil
}

// noCode is what Lambda says when S3 does not have the code.
func noCode(at code, err error) error {
	code, message := "NoSuchKey", "The specified key does not exist."
	var answer *frontdoor.Error
	if errors.As(err, &answer) {
		code, message = answer.Code, answer.Message
	}
	return fmt.Errorf("Error occurred while GetObject. S3 Error Code: %s. S3 Error Message: %s (s3://%s/%s)", code, message, at.S3Bucket, at.S3Key)
}
