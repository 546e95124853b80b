package chaos

import (
	"fmt"
	"slices"

	"eda-demo/internal/event"
)

// evidence is what is seen of one subject.
type evidence struct {
	// items are those about it, by the output that names their table.
	items  map[string][]item
	events []logged
	mails  map[string]int // by detail type
}

// item is what is looked at of an item.
type item struct {
	texts   map[string]string // attributes that are texts or numbers
	history []string          // statuses
}

// text is an attribute of the only item in a table, or "".
func (e evidence) text(table, attribute string) string {
	if len(e.items[table]) != 1 {
		return ""
	}
	return e.items[table][0].texts[attribute]
}

func (e evidence) has(table, attribute, value string) bool {
	return e.text(table, attribute) == value
}

// logged is an event in the log of all events.
type logged struct {
	DetailType string
	Metadata   event.Metadata
}

type add func(format string, arguments ...any)

// judge returns what the model does not allow of a subject, but for second
// mails.
func judge(s subject, seen evidence) []string {
	var wrong []string
	fate := s.fate(seen)
	add := func(format string, arguments ...any) {
		wrong = append(wrong, fmt.Sprintf("%s (amount %s): ", s.id(), fate.amount)+fmt.Sprintf(format, arguments...))
	}
	judgeStored(fate, seen.items[fate.item], add)
	judgeEvents(fate.events, seen.events, add)
	judgeMails(fate.mails, seen.mails, add)
	s.judge(seen, add)
	return wrong
}

func judgeStored(fate fate, found []item, add add) {
	if len(found) != 1 {
		add("acknowledged, but not stored")
		return
	}
	stored := found[0]
	if stored.texts["amount"] != fate.amount {
		add("stored with amount %s", stored.texts["amount"])
	}
	if stored.texts["status"] != fate.final() {
		add("status is %s, want %s", stored.texts["status"], fate.final())
	}
	if !slices.Equal(stored.history, fate.history) {
		add("history is %v, want %v", stored.history, fate.history)
	}
}

func judgeEvents(want []string, events []logged, add add) {
	ids := map[string]map[event.Metadata]bool{}
	for _, e := range events {
		if ids[e.DetailType] == nil {
			ids[e.DetailType] = map[event.Metadata]bool{}
		}
		ids[e.DetailType][e.Metadata] = true
	}
	var cause event.Metadata
	for _, kind := range want {
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

func judgeMails(want []string, mails map[string]int, add add) {
	for _, kind := range want {
		if mails[kind] == 0 {
			add("no mail tells of %s", kind)
		}
	}
	for kind, count := range mails {
		if !slices.Contains(want, kind) {
			add("%d mails tell of %s, which can't have happened", count, kind)
		}
	}
}

// about names an event of a subject.
type about struct {
	subject id
	kind    string
}

// secondMails counts the mails beyond the first about each event, and returns
// those that no fault explains. Whatever a kill may have interrupted counts for
// killed further ones.
func secondMails(seen map[id]*evidence, excuses map[about]int, killed int) (count int, wrong []string) {
	for subject, e := range seen {
		for kind, mails := range e.mails {
			extra := mails - 1
			count += max(0, extra)
			extra -= excuses[about{subject, kind}]
			if extra <= 0 {
				continue
			}
			if killed -= extra; killed < 0 {
				wrong = append(wrong, fmt.Sprintf("%s: %d mails tell of %s, with %d faults that explain a second one",
					subject, mails, kind, excuses[about{subject, kind}]))
			}
		}
	}
	return count, wrong
}
