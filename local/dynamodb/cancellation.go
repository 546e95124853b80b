package dynamodb

import (
	"errors"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/table"
	"eda-demo/local/frontdoor"
)

// cancellationReason is the data type CancellationReason of the API reference.
type cancellationReason struct {
	Code    string
	Message string        `json:",omitempty"`
	Item    attribute.Map `json:",omitzero"`
}

// cancelled is the error of a transaction; failures has the error of each item, nil for those that would have passed.
// wantsItem tells whether the item with the failed condition is to be shown.
func cancelled(failures []error, wantsItem func(int) bool) error {
	reasons, codes := make([]cancellationReason, len(failures)), make([]string, len(failures))
	for i, err := range failures {
		reasons[i] = reasonOf(err, wantsItem(i))
		codes[i] = reasons[i].Code
	}
	return &frontdoor.Error{
		Code:    "TransactionCanceledException",
		Message: "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]",
		Members: map[string]any{"CancellationReasons": reasons},
	}
}

func reasonOf(err error, wantsItem bool) cancellationReason {
	if err == nil {
		return cancellationReason{Code: "None"}
	}
	var condition *table.ConditionError
	if !errors.As(err, &condition) {
		return cancellationReason{Code: "ValidationError", Message: err.Error()}
	}
	reason := cancellationReason{Code: "ConditionalCheckFailed", Message: err.Error()}
	if wantsItem {
		reason.Item = condition.Item
	}
	return reason
}
