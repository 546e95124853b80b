package sorted

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestMapBehavesAsASortedReference runs random operations on a Map and on a plain map, comparing all they show.
func TestMapBehavesAsASortedReference(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	m, reference := New[int, int](cmp.Compare[int]), map[int]int{}
	for step := range 20000 {
		key := random.IntN(3000)
		if random.IntN(3) == 0 || step > 15000 {
			m.Delete(key)
			delete(reference, key)
		} else {
			m.Set(key, step)
			reference[key] = step
		}
		if step%500 == 0 {
			compareAll(t, m, reference, random.IntN(3000))
		}
	}
}

func compareAll(t *testing.T, m *Map[int, int], reference map[int]int, from int) {
	t.Helper()
	if m.Len() != len(reference) {
		t.Fatalf("Len() = %d, want %d", m.Len(), len(reference))
	}
	var up, down []int
	for key, value := range m.Ascend(from) {
		if reference[key] != value {
			t.Fatalf("Ascend gave %d: %d, want %d", key, value, reference[key])
		}
		up = append(up, key)
	}
	for key := range m.Descend(from) {
		down = append(down, key)
	}
	keys := slices.Sorted(maps.Keys(reference))
	at, found := slices.BinarySearch(keys, from)
	if want := keys[at:]; !slices.Equal(up, want) {
		t.Fatalf("Ascend(%d) = %v, want %v", from, up, want)
	}
	if found {
		at++
	}
	want := slices.Clone(keys[:at])
	slices.Reverse(want)
	if !slices.Equal(down, want) {
		t.Fatalf("Descend(%d) = %v, want %v", from, down, want)
	}
}

func TestGet(t *testing.T) {
	m := New[string, int](cmp.Compare[string])
	if _, ok := m.Get("a"); ok {
		t.Error("an empty map has a")
	}
	m.Set("a", 1)
	m.Set("a", 2)
	if got, ok := m.Get("a"); got != 2 || !ok {
		t.Errorf("Get(a) = %d, %v; want 2, true", got, ok)
	}
	m.Delete("b")
	m.Delete("a")
	if _, ok := m.Get("a"); ok || m.Len() != 0 {
		t.Errorf("a is still there after its deletion")
	}
}

func TestWalksCanStop(t *testing.T) {
	m := New[int, int](cmp.Compare[int])
	for i := range 1000 {
		m.Set(i, i)
	}
	for key := range m.Ascend(500) {
		if key == 510 {
			break
		}
	}
	for key := range m.Descend(500) {
		if key == 490 {
			break
		}
	}
}
