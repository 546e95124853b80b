package gobuild

import "testing"

func TestParseTarget(t *testing.T) {
	for _, s := range []string{"linux/arm64", "linux/amd64", "darwin/arm64", "darwin/amd64"} {
		got, err := ParseTarget(s)
		if err != nil || got.String() != s {
			t.Errorf("ParseTarget(%q) = %q, %v; want %q", s, got, err, s)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for _, s := range []string{"", "linux", "linux/", "/arm64", "linux/386", "Linux/arm64", "linux/arm64 ", "linux-arm64"} {
		want := `unknown target "` + s + `": accepted are linux/arm64, linux/amd64, darwin/arm64 and darwin/amd64`
		if got, err := ParseTarget(s); err == nil || err.Error() != want {
			t.Errorf("ParseTarget(%q) = %q, %v; want error %s", s, got, err, want)
		}
	}
}
