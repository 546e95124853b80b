package gobuild

import (
	"fmt"
	"strings"
)

// Target is the operating system and processor that a program is compiled
// for, in the words of GOOS and GOARCH.
type Target struct {
	OS   string
	Arch string
}

// targets lists what a program can be compiled for: Lambda runs Linux on
// arm64 and amd64, laptops run Linux or macOS on either.
var targets = []Target{
	{"linux", "arm64"},
	{"linux", "amd64"},
	{"darwin", "arm64"},
	{"darwin", "amd64"},
}

// ParseTarget reads a target written as os/arch, for example "linux/arm64".
// The error for anything else names the accepted values.
func ParseTarget(s string) (Target, error) {
	for _, t := range targets {
		if s == t.String() {
			return t, nil
		}
	}
	return Target{}, fmt.Errorf("unknown target %q: accepted are %s", s, accepted())
}

// String returns the target as os/arch, which ParseTarget reads.
func (t Target) String() string { return t.OS + "/" + t.Arch }

// dir is the target's folder name below the build folder.
func (t Target) dir() string { return t.OS + "-" + t.Arch }

// environ returns the settings of the Go command that decide what is
// compiled. The processor levels are pinned to the lowest, whatever the
// developer's own settings are: Lambda runs on processors of several ages.
func (t Target) environ() []string {
	return []string{"CGO_ENABLED=0", "GOOS=" + t.OS, "GOARCH=" + t.Arch, "GOAMD64=v1", "GOARM64=v8.0"}
}

func accepted() string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.String()
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
