package s3

import (
	"net/http"

	"eda-demo/local/frontdoor"
)

// The errors are those of
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList

func invalidArgument(format string, args ...any) *frontdoor.Error {
	return frontdoor.Errorf("InvalidArgument", format, args...)
}

func invalidRequest(format string, args ...any) *frontdoor.Error {
	return frontdoor.Errorf("InvalidRequest", format, args...)
}

func noSuchBucket(name string) *frontdoor.Error {
	return &frontdoor.Error{
		Code: "NoSuchBucket", Message: "The specified bucket does not exist", Status: http.StatusNotFound,
		Members: map[string]any{"BucketName": name},
	}
}

func noSuchKey(key string) *frontdoor.Error {
	return &frontdoor.Error{
		Code: "NoSuchKey", Message: "The specified key does not exist.", Status: http.StatusNotFound,
		Members: map[string]any{"Key": key},
	}
}

func noSuchUpload(id string) *frontdoor.Error {
	return &frontdoor.Error{
		Code: "NoSuchUpload", Status: http.StatusNotFound, Members: map[string]any{"UploadId": id},
		Message: "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
	}
}

func accessDenied() *frontdoor.Error {
	return &frontdoor.Error{Code: "AccessDenied", Message: "Access Denied", Status: http.StatusForbidden}
}

func preconditionFailed(condition string) *frontdoor.Error {
	return &frontdoor.Error{
		Code: "PreconditionFailed", Message: "At least one of the pre-conditions you specified did not hold",
		Status: http.StatusPreconditionFailed, Members: map[string]any{"Condition": condition},
	}
}

func (s *Service) tooLarge() *frontdoor.Error {
	return &frontdoor.Error{
		Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed size",
		Members: map[string]any{"MaxSizeAllowed": s.MaxObject},
	}
}
