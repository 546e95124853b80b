package frontdoor

import (
	"net/http"

	"eda-demo/local/iam"
)

// tokenRefusal is the answer to keys that were issued here and are valid no
// more, or nil.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
func (s *Service) tokenRefusal(p iam.Principal) *Error {
	invalid, expired := "UnrecognizedClientException", "ExpiredTokenException"
	status := http.StatusForbidden
	switch s.Protocol {
	case Query:
		invalid, expired = "InvalidClientTokenId", "ExpiredToken"
	case JSON10, JSON11:
		status = http.StatusBadRequest
	case RESTXML:
		invalid, expired = "InvalidAccessKeyId", "ExpiredToken"
	}
	switch p.Kind {
	case iam.Revoked:
		return &Error{Code: invalid, Message: "The security token included in the request is invalid.", Status: status}
	case iam.Expired:
		return &Error{Code: expired, Message: "The security token included in the request is expired", Status: status}
	}
	return nil
}
