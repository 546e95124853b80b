package lambda

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/lambda/program"
)

// updateCodeInput is the input of UpdateFunctionCode. ZipFile comes in base64.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
type updateCodeInput struct {
	FunctionName  string
	Architectures []string
	DryRun        bool
	Publish       bool
	RevisionID    string `json:"RevisionId"`
	S3Bucket      string
	S3Key         string
	ZipFile       []byte
}

// updateCodeAccess asks for the object, too: the caller must be able to read
// it.
func (s *Service) updateCodeAccess(_ context.Context, in *updateCodeInput) ([]iam.Access, error) {
	all, err := s.accessTo("lambda:UpdateFunctionCode", in.FunctionName, "")
	if err == nil && in.S3Bucket != "" {
		all = append(all, iam.Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + in.S3Bucket + "/" + in.S3Key})
	}
	return all, err
}

func (in *updateCodeInput) check() error {
	fromS3 := in.S3Bucket != "" || in.S3Key != ""
	switch {
	case in.Publish:
		return invalid("Publish is not supported: call PublishVersion")
	case len(in.ZipFile) > 0 && fromS3:
		return invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.")
	case len(in.ZipFile) == 0 && (in.S3Bucket == "" || in.S3Key == ""):
		return invalid("Please provide a source for function code.")
	}
	return nil
}

// updateCode replaces a function's code until its template names another. It
// is not kept: after a restart the function has its template's code again.
func (s *Service) updateCode(_ context.Context, in *updateCodeInput) (*configuration, error) {
	f, err := s.findFunction(in.FunctionName)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	f.changing.Lock()
	defer f.changing.Unlock()
	set := f.now().settings
	if len(in.Architectures) > 0 {
		set.Architectures = in.Architectures
	}
	if err := f.checkChange(in.RevisionID, &set); err != nil {
		return nil, err
	}
	uploaded, err := s.uploaded(in)
	if err != nil {
		return nil, invalid(err.Error())
	}
	next, err := s.newRevision(f, set, uploaded)
	if err != nil {
		s.release(uploaded)
		return nil, invalid(err.Error())
	}
	c, err := next.describe()
	if err != nil || in.DryRun {
		s.release(uploaded)
		return &c, err
	}
	return &c, s.configure(f, next)
}

func (s *Service) uploaded(in *updateCodeInput) (*program.Program, error) {
	if len(in.ZipFile) > 0 {
		return s.folders.Unpack(in.ZipFile)
	}
	return s.open(code{in.S3Bucket, in.S3Key})
}

// checkChange refuses settings that are not valid, and a change of another
// revision than the caller knows of.
func (f *function) checkChange(revision string, set *settings) error {
	if err := f.checkRevision(revision); err != nil {
		return err
	}
	if err := set.check(); err != nil {
		return invalid(err.Error())
	}
	return nil
}

// checkRevision refuses what is meant for another revision than the current one.
func (f *function) checkRevision(revision string) error {
	if revision != "" && revision != f.now().id {
		return otherRevision()
	}
	return nil
}

func otherRevision() *frontdoor.Error {
	return &frontdoor.Error{Code: "PreconditionFailedException", Status: 412,
		Message: "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
}

// invalid is the error of a parameter that is not valid.
func invalid(text string) *frontdoor.Error {
	return frontdoor.Errorf("InvalidParameterValueException", "%s", text)
}
