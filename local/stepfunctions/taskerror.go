package stepfunctions

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"eda-demo/local/asl"
	"eda-demo/local/frontdoor"
)

// errorNames is how the failure of a service's call is named: by the classes
// of AWS's SDK for Java, with which AWS makes the calls.
type errorNames struct {
	// prefix begins the names, such as "Lambda".
	prefix string
	// service is the service's name in the Cause.
	service string
	// general is the class of errors that have none of their own.
	general string
	// codes are the errors that have a class of their own.
	codes []string
}

var (
	eventErrors  = errorNames{"EventBridge", "AmazonEventBridge", "AmazonEventBridgeException", []string{"InternalException"}}
	lambdaErrors = errorNames{"Lambda", "AWSLambda", "AWSLambdaException", []string{
		"InvalidParameterValueException", "InvalidRequestContentException", "InvalidRuntimeException", "RequestTooLargeException",
		"ResourceConflictException", "ResourceNotFoundException", "ResourceNotReadyException", "ServiceException",
		"TooManyRequestsException", "UnsupportedMediaTypeException",
	}}
	sqsErrors = errorNames{"SQS", "AmazonSQS", "AmazonSQSException", []string{"InvalidMessageContents", "QueueDoesNotExist", "UnsupportedOperation"}}
	snsErrors = errorNames{"SNS", "AmazonSNS", "AmazonSNSException", []string{
		"AuthorizationError", "EndpointDisabled", "InternalError", "InvalidParameter", "InvalidParameterValue", "InvalidSecurity", "NotFound",
	}}
	statesErrors = errorNames{"StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException", []string{
		"ExecutionAlreadyExists", "ExecutionLimitExceeded", "InvalidArn", "InvalidExecutionInput", "InvalidName",
		"StateMachineDeleting", "StateMachineDoesNotExist",
	}}
	dynamoErrors = errorNames{"DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException", []string{
		"ConditionalCheckFailedException", "ItemCollectionSizeLimitExceededException", "ProvisionedThroughputExceededException",
		"RequestLimitExceeded", "ResourceNotFoundException", "TransactionConflictException",
	}}
)

// taskError turns a call's error into the task's.
func (n errorNames) taskError(err error) error {
	var answer *frontdoor.Error
	if !errors.As(err, &answer) {
		return &asl.Error{Name: n.prefix + ".SdkClientException", Cause: err.Error()}
	}
	code := answer.Code[strings.LastIndexByte(answer.Code, '.')+1:]
	class := n.general
	if slices.Contains(n.codes, code) {
		class = strings.TrimSuffix(code, "Exception") + "Exception"
	}
	status := answer.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	return &asl.Error{Name: n.prefix + "." + class, Cause: fmt.Sprintf(
		"%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)", answer.Message, n.service, status, code, uuid.NewString())}
}
