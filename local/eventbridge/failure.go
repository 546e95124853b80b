package eventbridge

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// failure is why a delivery failed, in the terms of a dead letter. The codes
// are those listed in
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
type failure struct {
	code    string // ERROR_CODE
	message string // ERROR_MESSAGE
	retry   bool   // trying again may help
}

func (f *failure) Error() string { return f.code + ": " + f.message }

// failureOf tells what an error of a target means. What can't be cured by
// waiting, such as a missing permission or target, is not tried again.
func failureOf(err error) *failure {
	var own *failure
	if errors.As(err, &own) {
		return own
	}
	var denied *iam.Denied
	if errors.As(err, &denied) {
		return &failure{code: "NO_PERMISSIONS", message: denied.Error()}
	}
	var answer *frontdoor.Error
	if errors.As(err, &answer) {
		return failureOfAnswer(answer)
	}
	return &failure{code: "INTERNAL_ERROR", message: err.Error(), retry: true}
}

func failureOfAnswer(answer *frontdoor.Error) *failure {
	f := &failure{message: answer.Error()}
	switch {
	case answer.Status == http.StatusTooManyRequests || isThrottling(answer.Code):
		f.code, f.retry = "THROTTLING", true
	case answer.Status >= http.StatusInternalServerError:
		f.code, f.retry = "ERROR_FROM_TARGET", true
	case strings.HasPrefix(answer.Code, "AccessDenied") || strings.HasPrefix(answer.Code, "AuthorizationError"):
		f.code = "NO_PERMISSIONS"
	case isMissing(answer):
		f.code = "NO_RESOURCE"
	default:
		f.code = "INVALID_PARAMETER"
	}
	return f
}

func isThrottling(code string) bool {
	return strings.Contains(code, "Throttl") || slices.Contains([]string{
		"TooManyRequestsException", "RequestLimitExceeded", "LimitExceededException", "ExecutionLimitExceeded",
	}, code)
}

func isMissing(answer *frontdoor.Error) bool {
	return answer.Status == http.StatusNotFound || strings.Contains(answer.Code, "NotFound") ||
		strings.Contains(answer.Code, "DoesNotExist") || strings.Contains(answer.Code, "NonExistent")
}
