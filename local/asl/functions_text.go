package asl

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// maxCoded is how many characters can be encoded, decoded or hashed.
const maxCoded = 10_000

// format replaces each {} of the first argument by the next argument. Braces
// escaped by a backslash stand for themselves.
func format(arguments []any) (any, error) {
	pattern, err := formatPattern(arguments[0])
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	rest := arguments[1:]
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case strings.HasPrefix(pattern[i:], "{}"):
			if len(rest) == 0 {
				return nil, errors.New("there are more {} than arguments")
			}
			t, err := natural(rest[0])
			if err != nil {
				return nil, err
			}
			b.WriteString(t)
			rest = rest[1:]
			i++
		case pattern[i] == '{' || pattern[i] == '}':
			return nil, errors.New("a brace that is no part of {} must be escaped")
		default:
			b.WriteByte(pattern[i])
		}
	}
	if len(rest) > 0 {
		return nil, errors.New("there are more arguments than {}")
	}
	return b.String(), nil
}

func formatPattern(argument any) (string, error) {
	switch v := argument.(type) {
	case quotedText:
		return string(v), nil
	case string:
		return v, nil
	}
	return "", errors.New("argument 1 must be a string")
}

// natural is how States.Format prints a value.
func natural(value any) (string, error) {
	switch v := plain(value).(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return fmt.Sprint(v), nil
	case nil:
		return "null", nil
	}
	return "", errors.New("an array or object can't be formatted")
}

func stringSplit(arguments []any) (any, error) {
	t, err := text(arguments, 0)
	if err != nil {
		return nil, err
	}
	delimiters, err := text(arguments, 1)
	if err != nil {
		return nil, err
	}
	// Each character of the second argument separates; nothing between two
	// separators is no part.
	parts := []any{}
	for _, part := range strings.FieldsFunc(t, func(r rune) bool { return strings.ContainsRune(delimiters, r) }) {
		parts = append(parts, part)
	}
	return parts, nil
}

func codedText(arguments []any) (string, error) {
	t, err := text(arguments, 0)
	if err == nil && utf8.RuneCountInString(t) > maxCoded {
		err = fmt.Errorf("argument 1 has more than %d characters", maxCoded)
	}
	return t, err
}

func base64Encode(arguments []any) (any, error) {
	t, err := codedText(arguments)
	return base64.StdEncoding.EncodeToString([]byte(t)), err
}

func base64Decode(arguments []any) (any, error) {
	t, err := codedText(arguments)
	if err != nil {
		return nil, err
	}
	decoded, err := base64.StdEncoding.DecodeString(t)
	if err != nil {
		return nil, fmt.Errorf("argument 1 is not Base64: %w", err)
	}
	return strings.ToValidUTF8(string(decoded), "\uFFFD"), nil
}

func hash(arguments []any) (any, error) {
	data, ok := plain(arguments[0]).(string)
	if !ok {
		encoded, err := encode(arguments[0])
		if err != nil {
			return nil, err
		}
		data = string(encoded)
	}
	if utf8.RuneCountInString(data) > maxCoded {
		return nil, fmt.Errorf("argument 1 has more than %d characters", maxCoded)
	}
	algorithm, err := text(arguments, 1)
	if err != nil {
		return nil, err
	}
	sum, err := digest([]byte(data), algorithm)
	return hex.EncodeToString(sum), err
}

func digest(data []byte, algorithm string) ([]byte, error) {
	switch algorithm {
	case "MD5":
		sum := md5.Sum(data)
		return sum[:], nil
	case "SHA-1":
		sum := sha1.Sum(data)
		return sum[:], nil
	case "SHA-256":
		sum := sha256.Sum256(data)
		return sum[:], nil
	case "SHA-384":
		sum := sha512.Sum384(data)
		return sum[:], nil
	case "SHA-512":
		sum := sha512.Sum512(data)
		return sum[:], nil
	}
	return nil, fmt.Errorf("unknown algorithm %q", algorithm)
}

func newUUID([]any) (any, error) { return uuid.NewString(), nil }
