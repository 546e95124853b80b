package dynamotable_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/entity/dynamotable/itemtest"
	"eda-demo/internal/event"
)

// foreign are attributes that the values have no members for.
func foreign() item {
	return item{
		"binary":  &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"strings": &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"numbers": &types.AttributeValueMemberNS{Value: []string{"1", "2.5"}},
		"bytes":   &types.AttributeValueMemberBS{Value: [][]byte{{1}}},
		"newer":   &types.AttributeValueMemberM{Value: item{"deep": &types.AttributeValueMemberB{Value: []byte{1}}}},
		"none":    &types.AttributeValueMemberNULL{Value: true},
		"large":   &types.AttributeValueMemberN{Value: "12345678901234567890123456789012345678"},
	}
}

// TestForeignAttributes: they are neither in the way nor lost.
func TestForeignAttributes(t *testing.T) {
	client := newTable(t)
	store := newStore(client)
	ctx := context.Background()
	whole := foreign()
	whole["id"], whole["count"] = text("a"), &types.AttributeValueMemberN{Value: "41"}
	itemtest.Put(t, client, table, whole)
	stored, _, err := store.Create(ctx, thing{ID: "a"}, nil)
	if err != nil || stored.Count != 41 {
		t.Errorf("Create of an existing thing = %+v, %v, want the count 41", stored, err)
	}
	got, changed, err := store.Change(ctx, "a", func(stands thing) (thing, *event.Pending, bool, error) {
		stands.Count++
		return stands, nil, true, nil
	})
	if err != nil || !changed || got.Count != 42 {
		t.Errorf("Change = %+v, %v, %v, want the count 42", got, changed, err)
	}
	after := read(t, client, "a")
	for name, want := range foreign() {
		if got, want := itemtest.Spell(after[name]), itemtest.Spell(want); got != want {
			t.Errorf("after the change %s is %s, want %s", name, got, want)
		}
	}
	if got := itemtest.Spell(after["version"]); got != "N 1" {
		t.Errorf("the version is %s, want N 1", got)
	}
}

// TestUnreadableItems: members of kinds that values don't have are errors, and
// are not written over.
func TestUnreadableItems(t *testing.T) {
	client := newTable(t)
	store := newStore(client)
	for name, wrong := range map[string]item{
		"number as text":   {"count": text("1")},
		"number as set":    {"count": &types.AttributeValueMemberNS{Value: []string{"1"}}},
		"text as number":   {"name": &types.AttributeValueMemberN{Value: "1"}},
		"text as binary":   {"name": &types.AttributeValueMemberB{Value: []byte("a")}},
		"list as set":      {"list": &types.AttributeValueMemberSS{Value: []string{"a"}}},
		"object as binary": {"null": &types.AttributeValueMemberB{Value: []byte("a")}},
		"objects as set":   {"a.b#c:d": &types.AttributeValueMemberSS{Value: []string{"a"}}},
		"parts as set":     {"values": &types.AttributeValueMemberSS{Value: []string{"a"}}},
		"binary in a part": {"null": &types.AttributeValueMemberM{Value: item{"key": &types.AttributeValueMemberB{Value: []byte("a")}}}},
		"time as number":   {"timestamp": &types.AttributeValueMemberN{Value: "1"}},
		"no time":          {"timestamp": text("yesterday")},
		"no cents":         {"size": &types.AttributeValueMemberN{Value: "0.001"}},
		"too large":        {"count": &types.AttributeValueMemberN{Value: "9223372036854775808"}},
	} {
		t.Run(name, func(t *testing.T) {
			wrong["id"] = text("a")
			itemtest.Put(t, client, table, wrong)
			wantUnreadable(t, store)
		})
	}
}

func wantUnreadable(t *testing.T, store *dynamotable.Table[string, thing]) {
	t.Helper()
	ctx := context.Background()
	_, getErr := store.Get(ctx, "a")
	_, created, createErr := store.Create(ctx, thing{ID: "a"}, &event.Pending{EventID: "e"})
	_, changed, changeErr := store.Change(ctx, "a", func(stands thing) (thing, *event.Pending, bool, error) {
		return stands, nil, true, nil
	})
	for call, err := range map[string]error{"Get": getErr, "Create": createErr, "Change": changeErr} {
		if err == nil || errors.Is(err, entity.ErrNotFound) || !strings.Contains(err.Error(), table) || created || changed {
			t.Errorf("%s = %v, want an error that says what is wrong where", call, err)
		}
	}
}

// TestUnreadableVersions: none is taken for one that was never changed.
func TestUnreadableVersions(t *testing.T) {
	client := newTable(t)
	for _, version := range []types.AttributeValue{text("1"), &types.AttributeValueMemberN{Value: "1.5"}} {
		itemtest.Put(t, client, table, item{"id": text("a"), "version": version})
		_, changed, err := newStore(client).Change(context.Background(), "a", func(stands thing) (thing, *event.Pending, bool, error) {
			return stands, nil, true, nil
		})
		if changed || err == nil || !strings.Contains(err.Error(), "version") {
			t.Errorf("with the version %s Change = %v, %v, want an error that names it", itemtest.Spell(version), changed, err)
		}
	}
}
