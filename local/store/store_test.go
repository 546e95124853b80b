package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"eda-demo/local/store"
)

type thing struct{ Name string }

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func things(t *testing.T, s *store.Store) []string {
	t.Helper()
	var found []string
	err := store.LoadJSON(s, "things", func(key string, value thing) error {
		found = append(found, key+"="+value.Name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestChangesLast(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	err := s.Update(func(tx *store.Tx) {
		tx.Put("things", store.Sequence(10), thing{"ten"})
		tx.Put("things", store.Sequence(9), thing{"nine"})
		tx.Put("things", "gone", thing{"gone"})
		tx.Delete("things", "gone")
		tx.Delete("nothing", "there")
		tx.Put("other", "raw", []byte("raw"))
		tx.Drop("other")
		tx.Drop("nothing")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if got, want := fmt.Sprint(things(t, s)), "[00000000000000000009=nine 00000000000000000010=ten]"; got != want {
		t.Errorf("after opening again there is %s, want %s", got, want)
	}
	if err := s.Load("other", func(string, []byte) error { return errors.New("a key") }); err != nil {
		t.Errorf("a dropped bucket has keys: %v", err)
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	s := open(t, t.TempDir())
	err := s.Update(func(tx *store.Tx) {
		tx.Put("things", "a", thing{"a"})
		tx.Put("things", "b", func() {}) // is no JSON
		tx.Put("things", "c", thing{"c"})
	})
	if err == nil {
		t.Error("a value that can't be encoded is no error")
	}
	if got := things(t, s); got != nil {
		t.Errorf("a failed update left %v", got)
	}
}

func TestMemoryKeepsNothing(t *testing.T) {
	s := store.Memory()
	encoded := false
	if err := s.Update(func(tx *store.Tx) { tx.Put("things", "a", witness{&encoded}) }); err != nil {
		t.Fatal(err)
	}
	if got := things(t, s); got != nil || encoded || s.Lasting() {
		t.Errorf("it keeps %v, encoded is %t, lasting is %t, want nothing and false", got, encoded, s.Lasting())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

type witness struct{ encoded *bool }

func (w witness) MarshalJSON() ([]byte, error) {
	*w.encoded = true
	return []byte("{}"), nil
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if s, err := store.Open(dir); err == nil {
		s.Close()
		t.Error("the state can be opened twice")
	}
}

// TestKilledProcessLosesNothing kills a process that writes as fast as it can,
// and looks for everything that it had said is kept.
func TestKilledProcessLosesNothing(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_WRITER"); dir != "" {
		write(dir)
		return
	}
	dir := t.TempDir()
	for round := range 5 {
		writer := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLosesNothing$")
		writer.Env = append(os.Environ(), "STORE_TEST_WRITER="+dir)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		kept := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				kept = n
			}
			if kept == 200*(round+1) {
				writer.Process.Kill()
			}
		}
		writer.Wait()
		s := open(t, dir)
		if got := len(things(t, s)); kept == 0 || got < kept {
			t.Fatalf("round %d: %d changes were acknowledged, %d are there", round, kept, got)
		}
		s.Close()
	}
}

func write(dir string) {
	s, err := store.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := 1; n < 1_000_000; n++ {
		if err := s.Update(func(tx *store.Tx) { tx.Put("things", store.Sequence(uint64(n)), thing{"x"}) }); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(n)
	}
}
