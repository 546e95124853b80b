package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// parseResponse turns what a function returned into an answer: a response if
// it has a status code, else the JSON itself with status 200.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func parseResponse(payload []byte) (answer, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(payload, &members) != nil || !isGiven(members["statusCode"]) {
		if !json.Valid(payload) {
			return answer{}, errors.New("the function's response is not JSON")
		}
		return answer{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, payload}, nil
	}
	out, err := structured(members)
	if err != nil {
		return answer{}, fmt.Errorf("the function's response is malformed: %w", err)
	}
	return out, nil
}

func isGiven(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// structured reads a response with a status code. Members are told apart by
// case, which encoding/json would not do for a struct.
func structured(members map[string]json.RawMessage) (answer, error) {
	out := answer{header: http.Header{}}
	if err := json.Unmarshal(members["statusCode"], &out.status); err != nil || out.status < 100 || out.status > 599 {
		return answer{}, fmt.Errorf("statusCode %s", members["statusCode"])
	}
	if err := readHeaders(members["headers"], out.header); err != nil {
		return answer{}, fmt.Errorf("headers: %w", err)
	}
	if out.header.Get("Content-Type") == "" {
		out.header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	if isGiven(members["cookies"]) {
		var cookies []string
		if err := json.Unmarshal(members["cookies"], &cookies); err != nil {
			return answer{}, fmt.Errorf("cookies: %w", err)
		}
		for _, cookie := range cookies {
			out.header.Add("Set-Cookie", cookie)
		}
	}
	var err error
	out.body, err = readBody(members)
	return out, err
}

// readHeaders takes texts, numbers and booleans.
func readHeaders(raw json.RawMessage, header http.Header) error {
	if !isGiven(raw) {
		return nil
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return err
	}
	for name, value := range values {
		if !isToken(name) {
			return fmt.Errorf("%q is no header name", name)
		}
		text := string(value)
		switch value[0] {
		case '"':
			if err := json.Unmarshal(value, &text); err != nil {
				return err
			}
		case '{', '[', 'n':
			return fmt.Errorf("%s has the value %s", name, value)
		}
		if isOfConnection(name) {
			continue
		}
		header.Set(name, text)
	}
	return nil
}

// isOfConnection tells headers that are the gateway's own matter.
func isOfConnection(name string) bool {
	switch strings.ToLower(name) {
	case "connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "te", "trailer":
		return true
	}
	return false
}

// isToken tells whether a header may have that name.
func isToken(name string) bool {
	for _, c := range []byte(name) {
		isAlphanumeric := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !isAlphanumeric && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return name != ""
}

func readBody(members map[string]json.RawMessage) ([]byte, error) {
	if !isGiven(members["body"]) {
		return nil, nil
	}
	var body string
	if err := json.Unmarshal(members["body"], &body); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	encoded := false
	if isGiven(members["isBase64Encoded"]) {
		if err := json.Unmarshal(members["isBase64Encoded"], &encoded); err != nil {
			return nil, fmt.Errorf("isBase64Encoded: %w", err)
		}
	}
	if !encoded {
		return []byte(body), nil
	}
	raw, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return raw, nil
}
