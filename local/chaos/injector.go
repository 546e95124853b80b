package chaos

import (
	"encoding/binary"
	"hash/fnv"
	"sync"
	"time"
)

// Injector decides what goes wrong. A nil one lets everything go right. It is
// safe for concurrent use.
type Injector struct {
	spec    Spec
	seed    uint64
	observe func(Injected)

	mu      sync.Mutex
	decided map[uint64]uint32 // how often, by the hash of what was decided on
	// invocations are the functions at work, by trace id.
	invocations map[string]*invocation
}

// Injected is a fault that happens.
type Injected struct {
	Fault Fault
	// Where is what it happens to: a function, an operation or a kind of
	// delivery.
	Where string
	// About tells what is being done, in few words.
	About string
}

// New returns an Injector; observe is told of each fault and must return soon.
func New(spec Spec, seed uint64, observe func(Injected)) *Injector {
	return &Injector{spec: spec, seed: seed, observe: observe, decided: map[uint64]uint32{}, invocations: map[string]*invocation{}}
}

// hits decides whether a fault hits what is being done at a place, and tells
// the observer. The same thing is decided on anew each time that it is done;
// then the number of that time counts too. The fault's other choices come from
// what was drawn.
func (i *Injector) hits(fault Fault, where string, what thing) (drawn draw, hit bool) {
	if i == nil || i.spec[fault] == 0 {
		return 0, false
	}
	drawn = i.draw(fault, where, what.identity)
	if drawn.fraction(0) >= i.spec[fault] {
		return drawn, false
	}
	i.observe(Injected{fault, where, what.about()})
	return drawn, true
}

func (i *Injector) draw(fault Fault, where string, identity []byte) draw {
	hash := fnv.New64a()
	for _, part := range [][]byte{binary.LittleEndian.AppendUint64(nil, i.seed), []byte(fault), []byte(where), identity} {
		hash.Write(part)
		hash.Write([]byte{0xff}) // in no UTF-8
	}
	key := hash.Sum64()
	i.mu.Lock()
	defer i.mu.Unlock()
	before := i.decided[key]
	i.decided[key]++
	return draw(mix(key + uint64(before)*0x9e3779b97f4a7c15))
}

// draw is a random number that was decided on.
type draw uint64

// fraction returns the draw's n-th number from 0 to less than 1.
func (d draw) fraction(n uint64) float64 {
	return float64(mix(uint64(d)+n)>>11) / (1 << 53)
}

// within returns the draw's n-th duration of less than the longest.
func (d draw) within(n uint64, longest time.Duration) time.Duration {
	return time.Duration(d.fraction(n) * float64(longest))
}

// mix spreads numbers that are close to each other: the finalizer of
// SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
