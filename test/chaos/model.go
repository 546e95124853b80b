package chaos

import (
	"fmt"
	"slices"

	"eda-demo/internal/event"
)

// evidence is what is seen of one order.
type evidence struct {
	stored *stored
	events []logged
	mails  map[string]int // by detail type
}

// stored is the order's item.
type stored struct {
	Amount  string
	Status  string
	History []string // statuses
}

// logged is an event in the log of all events.
type logged struct {
	DetailType string
	Metadata   event.Metadata
}

// judge returns what the model does not allow of an order, but for second
// mails.
func judge(order id, seen evidence) []string {
	var wrong []string
	add := func(format string, arguments ...any) {
		wrong = append(wrong, fmt.Sprintf("order %d (amount %s): ", order, order.amount())+fmt.Sprintf(format, arguments...))
	}
	if seen.stored == nil {
		add("acknowledged, but not stored")
	} else {
		judgeStored(order, seen.stored, add)
	}
	judgeEvents(order, seen.events, add)
	for _, kind := range order.events() {
		if seen.mails[kind] == 0 {
			add("no mail tells of %s", kind)
		}
	}
	for kind, count := range seen.mails {
		if !slices.Contains(order.events(), kind) {
			add("%d mails tell of %s, which can't have happened", count, kind)
		}
	}
	return wrong
}

type add func(format string, arguments ...any)

func judgeStored(order id, o *stored, add add) {
	want := []string{event.OrderCreated, order.fate().final}
	if o.Amount != order.amount() {
		add("stored with amount %s", o.Amount)
	}
	if o.Status != order.fate().final {
		add("status is %s, want %s", o.Status, order.fate().final)
	}
	if !slices.Equal(o.History, want) {
		add("history is %v, want %v", o.History, want)
	}
}

func judgeEvents(order id, events []logged, add add) {
	ids := map[string]map[event.Metadata]bool{}
	for _, e := range events {
		if ids[e.DetailType] == nil {
			ids[e.DetailType] = map[event.Metadata]bool{}
		}
		ids[e.DetailType][e.Metadata] = true
	}
	var cause event.Metadata
	for _, kind := range order.events() {
		if len(ids[kind]) != 1 {
			add("%d different events %s are in the log, want one", len(ids[kind]), kind)
			return
		}
		for one := range ids[kind] {
			if one.CausationID != cause.EventID || cause.CorrelationID != "" && one.CorrelationID != cause.CorrelationID {
				add("%s %+v does not follow from %+v", kind, one, cause)
			}
			cause = one
		}
		delete(ids, kind)
	}
	for kind := range ids {
		add("%s is in the log, which can't have happened", kind)
	}
}

// about names an event of an order.
type about struct {
	order id
	kind  string
}

// secondMails counts the mails beyond the first about each event, and returns
// those that no fault explains. Whatever a kill may have interrupted counts for
// killed further ones.
func secondMails(seen map[id]*evidence, excuses map[about]int, killed int) (count int, wrong []string) {
	for order, e := range seen {
		for kind, mails := range e.mails {
			extra := mails - 1
			count += max(0, extra)
			extra -= excuses[about{order, kind}]
			if extra <= 0 {
				continue
			}
			if killed -= extra; killed < 0 {
				wrong = append(wrong, fmt.Sprintf("order %d: %d mails tell of %s, with %d faults that explain a second one",
					order, mails, kind, excuses[about{order, kind}]))
			}
		}
	}
	return count, wrong
}
