package iam

import "testing"

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{"", "", true},
		{"", "a", false},
		{"a", "", false},
		{"*", "", true},
		{"**", "abc", true},
		{"a*c", "ac", true},
		{"a*c", "abcbc", true},
		{"a*c", "abcb", false},
		{"a*b*c", "axbxbxc", true},
		{"?", "", false},
		{"?", "a", true},
		{"?", "é", true},
		{"??", "é", false},
		{"*?", "é", true},
		{"é*?", "éü", true},
		{"a?c*", "abc", true},
		{"*aab", "aaaab", true},
		{"A", "a", false},
	}
	for _, test := range tests {
		if got := Match(test.pattern, test.value); got != test.want {
			t.Errorf("Match(%q, %q): got %v, want %v", test.pattern, test.value, got, test.want)
		}
	}
}

func TestMatchResource(t *testing.T) {
	const queue = "arn:aws:sqs:us-east-1:000000000000:orders"
	tests := []struct {
		pattern, resource string
		want              bool
	}{
		{"*", "*", true},
		{"*", queue, true},
		{queue, queue, true},
		{queue, "*", false},
		{"arn:aws:sqs:*:*:*", queue, true},
		{"arn:aws:sqs:*", queue, true},
		{"arn:aws:s3:*", queue, false},
		{"arn:*", queue, true},
		{"arn:aws:sqs:*:orders", queue, false},
		{"arn:aws:sqs:us-????-1:000000000000:ord*", queue, true},
		{"arn:aws:lambda:us-east-1:000000000000:function:f", "arn:aws:lambda:us-east-1:000000000000:function:f:1", false},
		{"arn:aws:lambda:us-east-1:000000000000:function:f:*", "arn:aws:lambda:us-east-1:000000000000:function:f:1", true},
	}
	for _, test := range tests {
		if got := matchResource([]string{"arn:aws:none:::", test.pattern}, test.resource); got != test.want {
			t.Errorf("matchResource(%q, %q): got %v, want %v", test.pattern, test.resource, got, test.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*?b", "axxb")
	f.Add("*é?", "xé\xff")
	f.Fuzz(func(t *testing.T, pattern, value string) {
		if len(pattern) > 200 || len(value) > 200 {
			return
		}
		if Match(pattern, value) && !Match("*"+pattern+"*", value) {
			t.Errorf("%q matches %q, but not between wildcards", pattern, value)
		}
	})
}
