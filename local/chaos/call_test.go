package chaos

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

type putItem struct{ Item string }

// newDoor returns a door with a table that counts the writes to it.
func newDoor(i *Injector, writes *int) *frontdoor.Door {
	door := frontdoor.New(iam.NewDirectory("000000000000"), slog.New(slog.DiscardHandler), http.NotFoundHandler())
	put := func(context.Context, *putItem) (*struct{}, error) {
		*writes++
		return &struct{}{}, nil
	}
	door.Register(frontdoor.Service{Name: "dynamodb", Operations: []frontdoor.Operation{
		frontdoor.Op("PutItem", frontdoor.Anyone[putItem], put), frontdoor.Op("CreateTable", frontdoor.Anyone[putItem], put),
	}})
	door.Disturb(i)
	return door
}

func TestCalls(t *testing.T) {
	service := iam.Service("states.amazonaws.com", "000000000000", "")
	tests := []struct {
		name      string
		spec      Spec
		caller    iam.Principal
		operation string
		code      string
		status    int
		writes    int
	}{
		{"throttled", Spec{Throttle: 1}, service, "PutItem", "ProvisionedThroughputExceededException", 0, 0},
		{"answer lost", Spec{DropAck: 1}, service, "PutItem", "InternalServerError", 500, 1},
		{"throttled first", Spec{Throttle: 1, DropAck: 1}, service, "PutItem", "ProvisionedThroughputExceededException", 0, 0},
		{"spared person", Spec{Throttle: 1, DropAck: 1}, iam.Admin("000000000000"), "PutItem", "", 0, 1},
		{"spared operation", Spec{Throttle: 1, DropAck: 1}, service, "CreateTable", "", 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			writes := 0
			door := newDoor(New(test.spec, 1, func(Injected) {}), &writes)
			err := door.Call(t.Context(), test.caller, "dynamodb", "PutItem", putItem{"x"}, nil)
			if test.operation != "PutItem" {
				writes = 0
				err = door.Call(t.Context(), test.caller, "dynamodb", test.operation, putItem{"x"}, nil)
			}
			var answer *frontdoor.Error
			errors.As(err, &answer)
			if frontdoor.Code(err) != test.code || answer != nil && answer.Status != test.status || writes != test.writes {
				t.Errorf("got %v after %d writes, want %q after %d", err, writes, test.code, test.writes)
			}
		})
	}
}

// TestDeathAmidCalls: a process dies at one of its calls, which is carried out,
// and does not see its answer.
func TestDeathAmidCalls(t *testing.T) {
	i := New(Spec{}, 1, func(Injected) {})
	for calls := range mostCalls {
		killed, trace := 0, "Root=1"
		over := i.Begin(trace, []byte(`{}`), &Death{calls: calls}, func() { killed++ })
		for n := range mostCalls {
			died := i.called(i.invoked(trace))
			if died != (n >= calls) {
				t.Errorf("one that may make %d calls: died at call %d: %t", calls, n+1, died)
			}
		}
		if over(); killed == 0 || i.invoked(trace) != nil {
			t.Errorf("one that may make %d calls: killed %d times, and known after it: %t", calls, killed, i.invoked(trace) != nil)
		}
	}
	i.Begin("t", nil, &Death{Before: true}, func() { t.Error("one that dies before is killed by a call") })
	if i.called(i.invoked("t")) || i.called(i.invoked("unknown")) {
		t.Error("a call has killed one that was not to die of it")
	}
}

// TestPlacesOfDeath: each place is taken by a fair share.
func TestPlacesOfDeath(t *testing.T) {
	i, places := New(Spec{Crash: 1}, 1, func(Injected) {}), map[string]int{}
	for order := range 3000 {
		switch d := i.Crashes("f", event("", "", order)); {
		case d.Before:
			places["before"]++
		case d.calls == anyNumber:
			places["after"]++
		default:
			places["amid"]++
		}
	}
	for _, place := range []string{"before", "amid", "after"} {
		if places[place] < 900 {
			t.Errorf("%d of 3000 die %s their work, want about a third", places[place], place)
		}
	}
}

// TestConflicts: a throttled transaction is cancelled for one of its items, any
// of them.
func TestConflicts(t *testing.T) {
	raw, hit := []byte(`{"TransactItems":[{"Put":{}},{"Put":{}},{"Put":{}}]}`), map[int]bool{}
	for n := range 100 {
		var answer *frontdoor.Error
		if err := throttled(cancelled, draw(n), raw); !errors.As(err, &answer) || answer.Code != cancelled {
			t.Fatalf("got %v, want %s", err, cancelled)
		}
		reasons := answer.Members["CancellationReasons"].([]map[string]string)
		conflicts := 0
		for item, reason := range reasons {
			if reason["Code"] == "TransactionConflict" {
				conflicts++
				hit[item] = true
			}
		}
		if len(reasons) != 3 || conflicts != 1 {
			t.Fatalf("the reasons are %v, want three, one of them a conflict", reasons)
		}
	}
	if len(hit) != 3 {
		t.Errorf("the items %v had conflicts, want any of three", hit)
	}
	if got := frontdoor.Code(throttled(cancelled, 0, []byte(`{}`))); got != exceeded {
		t.Errorf("what is no transaction is refused with %s, want %s", got, exceeded)
	}
}
