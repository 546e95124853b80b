package main

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/s3"
)

// templates reads the templates that were uploaded, for CloudFormation.
type templates struct {
	objects *s3.Service
	door    *frontdoor.Door
}

// ReadURL returns an object of at most limit bytes. The caller of the
// operation at work must be allowed to get it.
func (t templates) ReadURL(ctx context.Context, url string, limit int64) ([]byte, error) {
	at, err := s3.ParseURL(url)
	if err != nil {
		return nil, frontdoor.Errorf("ValidationError", "TemplateURL must be a supported URL: %v", err)
	}
	access := iam.Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + at.Bucket + "/" + at.Key}
	if err := t.door.Authorize(frontdoor.Caller(ctx), "s3", access); err != nil {
		return nil, err
	}
	return t.objects.Object(at.Bucket, at.Key, limit)
}
