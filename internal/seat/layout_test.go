package seat_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/ident"
	"eda-demo/internal/seat"
)

func newLayout(t *testing.T, rows, letters string) seat.Layout {
	t.Helper()
	l, err := seat.NewLayout(rows, letters)
	if err != nil {
		t.Fatalf("NewLayout(%q, %q): %v", rows, letters, err)
	}
	return l
}

func TestLayout(t *testing.T) {
	l := newLayout(t, "30", "ABCDEF")
	if l.Count() != 180 || l.At(0) != "1A" || l.At(5) != "1F" || l.At(6) != "2A" || l.At(179) != "30F" {
		t.Errorf("%d seats, %s, %s, %s … %s", l.Count(), l.At(0), l.At(5), l.At(6), l.At(179))
	}
	for name, want := range map[string]bool{
		"1A": true, "12A": true, "30F": true,
		"31A": false, "1G": false, "0A": false, "01A": false, "1a": false, "A1": false, "1": false, "A": false, "": false,
		"1AA": false, "1A ": false, "+1A": false, "full": false, "99999999999999999999A": false,
	} {
		if got := l.Has(name); got != want {
			t.Errorf("Has(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestNewLayoutRefuses(t *testing.T) {
	for _, wrong := range []struct{ rows, letters string }{
		{"0", "ABC"}, {"100", "ABC"}, {"-1", "ABC"}, {"+1", "ABC"}, {"01", "ABC"}, {"", "ABC"}, {"1.5", "ABC"}, {" 1", "ABC"}, {"1\n", "ABC"},
		{"30", ""}, {"30", "ABA"}, {"30", "abc"}, {"30", "A-F"}, {"30", "A B"}, {"30", "ABCDEFGHIJK"}, {"30", "Ä"},
	} {
		if l, err := seat.NewLayout(wrong.rows, wrong.letters); err == nil {
			t.Errorf("NewLayout(%q, %q) = %s, want an error", wrong.rows, wrong.letters, l)
		}
	}
}

// eachLayout calls f with layouts of all sizes, the smallest and the largest
// among them.
func eachLayout(t *testing.T, f func(rows int, letters string, l seat.Layout)) {
	t.Helper()
	random := rand.New(rand.NewPCG(6, 28))
	for _, rows := range []int{1, 2, 9, 10, 30, 99} {
		for n := 1; n <= 10; n++ {
			letters := make([]byte, n)
			for i, letter := range random.Perm(26)[:n] {
				letters[i] = byte('A' + letter)
			}
			f(rows, string(letters), newLayout(t, fmt.Sprint(rows), string(letters)))
		}
	}
}

func TestSeatsOfLayouts(t *testing.T) {
	eachLayout(t, func(rows int, letters string, l seat.Layout) {
		all := l.Free(nil)
		if len(all) != rows*len(letters) || len(all) != l.Count() {
			t.Errorf("%s has %d seats, and Count is %d", l, len(all), l.Count())
		}
		if !slices.IsSortedFunc(all, seat.Compare) || len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Errorf("%s is not in order, or has a seat twice: %v", l, all)
		}
		for i, name := range all {
			if name != l.At(i) || !l.Has(name) || !ident.ValidSeat(name) || !strings.Contains(letters, name[len(name)-1:]) {
				t.Fatalf("%s: seat %d is %s, At %s, Has %v", l, i, name, l.At(i), l.Has(name))
			}
		}
		for row := range 101 {
			for letter := 'A'; letter <= 'Z'; letter++ {
				name := fmt.Sprintf("%d%c", row, letter)
				if l.Has(name) != slices.Contains(all, name) {
					t.Fatalf("%s: Has(%s) = %v", l, name, l.Has(name))
				}
			}
		}
	})
}

func TestFreeIsWhatIsNotTaken(t *testing.T) {
	random := rand.New(rand.NewPCG(12, 1))
	eachLayout(t, func(_ int, _ string, l seat.Layout) {
		all := l.Free(nil)
		taken := slices.Clone(all)
		random.Shuffle(len(taken), func(i, j int) { taken[i], taken[j] = taken[j], taken[i] })
		taken = append(taken[:random.IntN(len(taken)+1)], "100A", "full")
		free := l.Free(append(taken, taken...))
		if len(free) != l.Count()-(len(taken)-2) {
			t.Errorf("%s: %d free of %d with %d taken", l, len(free), l.Count(), len(taken)-2)
		}
		for _, name := range all {
			if slices.Contains(free, name) == slices.Contains(taken, name) {
				t.Fatalf("%s: %s is both free and taken, or neither", l, name)
			}
		}
	})
}

func TestStringTellsLayoutsApart(t *testing.T) {
	if a, b := newLayout(t, "30", "ABCDEF"), newLayout(t, "30", "FEDCBA"); a.String() != "30 ABCDEF" || a != b {
		t.Errorf("%s and %s, want the same", a, b)
	}
	seen := map[string]bool{}
	for _, rows := range []string{"1", "11", "30"} {
		for _, letters := range []string{"A", "B", "AB", "ABCDEF"} {
			seen[newLayout(t, rows, letters).String()] = true
		}
	}
	if len(seen) != 12 {
		t.Errorf("12 layouts have %d names: %v", len(seen), seen)
	}
}

func TestCompare(t *testing.T) {
	names := []string{"10A", "2B", "1C", "99Z", "2A", "1A", "12F"}
	slices.SortFunc(names, seat.Compare)
	if want := []string{"1A", "1C", "2A", "2B", "10A", "12F", "99Z"}; !slices.Equal(names, want) {
		t.Errorf("sorted %v, want %v", names, want)
	}
	if seat.Compare("1A", "1A") != 0 || seat.Compare("", "1A") >= 0 {
		t.Errorf("a seat differs from itself, or nothing is no less than a seat")
	}
}
