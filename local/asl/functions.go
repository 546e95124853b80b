package asl

import "fmt"

// function is an intrinsic function. most is -1 where there is no limit.
type function struct {
	name        string
	least, most int
	apply       func(arguments []any) (any, error)
}

// functions are all intrinsic functions of JSONPath state machines.
var functions = map[string]function{
	"States.Array":          {least: 0, most: -1, apply: array},
	"States.ArrayPartition": {least: 2, most: 2, apply: arrayPartition},
	"States.ArrayContains":  {least: 2, most: 2, apply: arrayContains},
	"States.ArrayRange":     {least: 3, most: 3, apply: arrayRange},
	"States.ArrayGetItem":   {least: 2, most: 2, apply: arrayGetItem},
	"States.ArrayLength":    {least: 1, most: 1, apply: arrayLength},
	"States.ArrayUnique":    {least: 1, most: 1, apply: arrayUnique},
	"States.Base64Encode":   {least: 1, most: 1, apply: base64Encode},
	"States.Base64Decode":   {least: 1, most: 1, apply: base64Decode},
	"States.Format":         {least: 1, most: -1, apply: format},
	"States.Hash":           {least: 2, most: 2, apply: hash},
	"States.JsonMerge":      {least: 3, most: 3, apply: jsonMerge},
	"States.JsonToString":   {least: 1, most: 1, apply: jsonToString},
	"States.MathAdd":        {least: 2, most: 2, apply: mathAdd},
	"States.MathRandom":     {least: 2, most: 3, apply: mathRandom},
	"States.StringSplit":    {least: 2, most: 2, apply: stringSplit},
	"States.StringToJson":   {least: 1, most: 1, apply: stringToJSON},
	"States.UUID":           {least: 0, most: 0, apply: newUUID},
}

// text returns a string argument, the escapes of one written in the call
// resolved.
func text(arguments []any, i int) (string, error) {
	switch v := arguments[i].(type) {
	case string:
		return v, nil
	case quotedText:
		return v.plain(), nil
	}
	return "", fmt.Errorf("argument %d must be a string", i+1)
}

// plain returns an argument as a JSON value.
func plain(argument any) any {
	if q, ok := argument.(quotedText); ok {
		return q.plain()
	}
	return argument
}

func list(arguments []any, i int) ([]any, error) {
	l, ok := arguments[i].([]any)
	if !ok {
		return nil, fmt.Errorf("argument %d must be an array", i+1)
	}
	return l, nil
}

func object(arguments []any, i int) (map[string]any, error) {
	o, ok := arguments[i].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("argument %d must be an object", i+1)
	}
	return o, nil
}
