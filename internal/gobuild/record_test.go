package gobuild

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestLinksOnlyWhatChanged tells by the record's time whether it was written,
// which is done after linking.
func TestLinksOnlyWhatChanged(t *testing.T) {
	root := module(t, map[string]string{
		"lambdas/get/main.go":  "package main\n\nimport \"example/shared\"\n\nfunc main() { println(shared.Word()) }\n",
		"shared/shared.go":     "package shared\n\n//go:noinline\nfunc Word() string { return \"one\" }\n",
		"lambdas/send/main.go": program("sent"),
	})
	executable := filepath.Join(build(t, root, "./lambdas/...")[0].Dir, "bootstrap")
	original, err := os.ReadFile(executable)
	if err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(root, ".build", host.dir(), recordFile)
	longAgo := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	tests := []struct {
		name   string
		change func() error
		linked bool
	}{
		{"nothing", func() error { return nil }, false},
		{"a file of another kind", func() error { return os.WriteFile(filepath.Join(root, "shared", "README.md"), nil, 0o644) }, false},
		{"what a package does that a program imports", func() error {
			return os.WriteFile(filepath.Join(root, "shared", "shared.go"), []byte("package shared\n\n//go:noinline\nfunc Word() string { return \"two\" }\n"), 0o644)
		}, true},
		{"settings of the runtime", func() error {
			return os.WriteFile(filepath.Join(root, "go.mod"), []byte("module example\n\ngo 1.26\n\ngodebug panicnil=1\n"), 0o644)
		}, true},
		{"a program is lost", func() error { return os.Remove(executable) }, true},
		{"a program is another's", func() error { return os.WriteFile(executable, original, 0o755) }, true},
		{"the record is broken", func() error { return os.WriteFile(record, []byte("{"), 0o644) }, true},
		{"nothing again", func() error { return nil }, false},
	}
	for _, test := range tests {
		if err := test.change(); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(record, longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
		p := build(t, root, "./lambdas/...")[0]
		info, err := os.Stat(record)
		if err != nil {
			t.Fatal(err)
		}
		if linked := !info.ModTime().Equal(longAgo); linked != test.linked {
			t.Errorf("%s: linked = %t, want %t", test.name, linked, test.linked)
		}
		if raw := read(t, p); test.name != "nothing" && test.linked && bytes.Equal(raw, original) {
			t.Errorf("%s: the program is that of the first sources", test.name)
		}
	}
}
