package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
)

// integer returns a number argument, rounded half up as AWS does.
func integer(arguments []any, i int) (int64, error) {
	n, ok := arguments[i].(json.Number)
	if !ok {
		return 0, fmt.Errorf("argument %d must be a number", i+1)
	}
	if v, err := n.Int64(); err == nil {
		return v, nil
	}
	f, err := n.Float64()
	if rounded := math.Floor(f + 0.5); err == nil && math.Abs(rounded) < 1<<63 {
		return int64(rounded), nil
	}
	return 0, fmt.Errorf("argument %d is out of range", i+1)
}

func mathAdd(arguments []any) (any, error) {
	a, err := integer(arguments, 0)
	if err != nil {
		return nil, err
	}
	b, err := integer(arguments, 1)
	if err != nil {
		return nil, err
	}
	sum := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
	if !sum.IsInt64() {
		return nil, errors.New("the sum is out of range")
	}
	return json.Number(sum.String()), nil
}

// mathRandom returns a number from the first argument, included, to the second,
// excluded. The same seed, the third argument, gives the same number.
func mathRandom(arguments []any) (any, error) {
	start, err := integer(arguments, 0)
	if err != nil {
		return nil, err
	}
	end, err := integer(arguments, 1)
	if err != nil {
		return nil, err
	}
	if end <= start || end-start <= 0 {
		return nil, errors.New("the end must be greater than the start")
	}
	random := rand.Int64N
	if len(arguments) == 3 {
		seed, ok := arguments[2].(json.Number)
		if !ok {
			return nil, errors.New("argument 3 must be a number")
		}
		random = seeded(seed).Int64N
	}
	return json.Number(strconv.FormatInt(start+random(end-start), 10)), nil
}

func seeded(seed json.Number) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(seed))
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}
