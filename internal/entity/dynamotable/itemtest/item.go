// Package itemtest has what tests need to look into the items of entities.
package itemtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// Read returns the item with the key, which is empty if there is none.
func Read(t *testing.T, client *dynamodb.Client, table string, key dynamotable.Item) dynamotable.Item {
	t.Helper()
	out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &table, Key: key, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		t.Fatalf("getting an item of %s: %v", table, err)
	}
	return out.Item
}

// Put writes an item, whatever stands there.
func Put(t *testing.T, client *dynamodb.Client, table string, item dynamotable.Item) {
	t.Helper()
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
		t.Fatalf("putting an item into %s: %v", table, err)
	}
}

// Pending is the event that an item announces, or the zero value for none.
func Pending(t *testing.T, item dynamotable.Item) event.Pending {
	t.Helper()
	attribute, is := item[outbox.AttributeName].(*types.AttributeValueMemberM)
	if !is {
		return event.Pending{}
	}
	text := func(name string) string {
		s, _ := attribute.Value[name].(*types.AttributeValueMemberS)
		if s == nil {
			return ""
		}
		return s.Value
	}
	at, err := time.Parse(time.RFC3339, text("at"))
	if err != nil {
		t.Fatalf("reading the outbox: %v", err)
	}
	return event.Pending{EventID: text("eventId"), DetailType: text("detailType"), Detail: text("detail"), At: at, Trace: text("trace")}
}

// Spell writes a value so that it can be compared: a number as N 100, a list of
// texts as L [S a, S b], a map as M {key: S a}, and no attribute as nothing.
func Spell(value types.AttributeValue) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case *types.AttributeValueMemberN:
		return "N " + v.Value
	case *types.AttributeValueMemberS:
		return "S " + v.Value
	case *types.AttributeValueMemberL:
		var list []string
		for _, entry := range v.Value {
			list = append(list, Spell(entry))
		}
		return "L [" + strings.Join(list, ", ") + "]"
	case *types.AttributeValueMemberM:
		var members []string
		for _, key := range slices.Sorted(maps.Keys(v.Value)) {
			members = append(members, key+": "+Spell(v.Value[key]))
		}
		return "M {" + strings.Join(members, ", ") + "}"
	}
	return strings.TrimPrefix(fmt.Sprintf("%T %[1]v", value), "*types.AttributeValueMember")
}
