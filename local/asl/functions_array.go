package asl

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
)

// maxRange is how many elements States.ArrayRange may make.
const maxRange = 1000

func array(arguments []any) (any, error) {
	values := make([]any, len(arguments))
	for i, a := range arguments {
		values[i] = plain(a)
	}
	return values, nil
}

func arrayPartition(arguments []any) (any, error) {
	l, err := list(arguments, 0)
	if err != nil {
		return nil, err
	}
	size, err := integer(arguments, 1)
	if err != nil {
		return nil, err
	}
	if size < 1 {
		return nil, errors.New("the chunk size must be a positive integer")
	}
	chunks := []any{}
	for len(l) > 0 {
		n := int(min(size, int64(len(l))))
		chunks = append(chunks, l[:n:n])
		l = l[n:]
	}
	return chunks, nil
}

func arrayContains(arguments []any) (any, error) {
	l, err := list(arguments, 0)
	if err != nil {
		return nil, err
	}
	wanted := plain(arguments[1])
	return slices.ContainsFunc(l, func(v any) bool { return equal(v, wanted) }), nil
}

func arrayRange(arguments []any) (any, error) {
	first, err := integer(arguments, 0)
	if err != nil {
		return nil, err
	}
	last, err := integer(arguments, 1)
	if err != nil {
		return nil, err
	}
	step, err := integer(arguments, 2)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, errors.New("the increment must not be 0")
	}
	values := []any{}
	for i := first; step > 0 && i <= last || step < 0 && i >= last; i += step {
		if len(values) == maxRange {
			return nil, errors.New("the array would have more than 1000 elements")
		}
		values = append(values, json.Number(strconv.FormatInt(i, 10)))
	}
	return values, nil
}

func arrayGetItem(arguments []any) (any, error) {
	l, err := list(arguments, 0)
	if err != nil {
		return nil, err
	}
	index, err := integer(arguments, 1)
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= int64(len(l)) {
		return nil, errors.New("the index is out of range")
	}
	return l[index], nil
}

func arrayLength(arguments []any) (any, error) {
	l, err := list(arguments, 0)
	return json.Number(strconv.Itoa(len(l))), err
}

func arrayUnique(arguments []any) (any, error) {
	l, err := list(arguments, 0)
	if err != nil {
		return nil, err
	}
	unique := []any{}
	for _, v := range l {
		if !slices.ContainsFunc(unique, func(u any) bool { return equal(u, v) }) {
			unique = append(unique, v)
		}
	}
	return unique, nil
}
