package sqs

import (
	"fmt"

	"eda-demo/local/frontdoor"
)

// legacy is an error whose code in the older query protocol, which SDKs still
// report, has a prefix or another name.
func legacy(code, queryCode, format string, args ...any) *frontdoor.Error {
	return &frontdoor.Error{Code: code, QueryCode: queryCode, Message: fmt.Sprintf(format, args...)}
}

func failure(code, format string, args ...any) *frontdoor.Error {
	return legacy(code, code, format, args...)
}

func prefixed(code, format string, args ...any) *frontdoor.Error {
	return legacy(code, "AWS.SimpleQueueService."+code, format, args...)
}

func noSuchQueue() *frontdoor.Error {
	return legacy("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}

func missing(parameter string) *frontdoor.Error {
	return failure("MissingParameter", "The request must contain the parameter %s.", parameter)
}

func invalidValue(value any, parameter, reason string) *frontdoor.Error {
	return failure("InvalidParameterValue", "Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

func invalidHandle(handle string) *frontdoor.Error {
	return failure("ReceiptHandleIsInvalid", "The input receipt handle %q is not a valid receipt handle.", handle)
}
