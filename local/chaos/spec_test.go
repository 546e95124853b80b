package chaos

import (
	"maps"
	"testing"
)

func TestParse(t *testing.T) {
	got, err := Parse(" crash=0.05,drop-ack=1,delay=0")
	if want := (Spec{Crash: 0.05, DropAck: 1, Delay: 0}); err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	all, err := Parse(Example)
	if err != nil || len(all) != len(faults) {
		t.Errorf("the example has %v, %v, want all faults", all, err)
	}
	if again, err := Parse(all.String()); err != nil || !maps.Equal(again, all) {
		t.Errorf("%s is read as %v, %v, want %v", all, again, err, all)
	}
	for _, bad := range []string{"", "crash", "crash=", "crash=x", "crash=1.1", "crash=-0.1", "crash=NaN", "crush=0.1", "retry=0.1", "crash=0.1,crash=0.1", "crash=0.1,"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("%q is read as %v, want an error", bad, got)
		}
	}
}
