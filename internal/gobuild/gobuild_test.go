package gobuild

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// host is what the tests compile for, so that they can run what they built.
var host = Target{OS: runtime.GOOS, Arch: runtime.GOARCH}

// program is a main package that prints a word. It needs no package of the
// standard library, so that it compiles fast.
func program(word string) string {
	return "package main\n\nfunc main() { println(\"" + word + "\") }\n"
}

// module writes a module of the given files and returns its folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "go.mod", "module example\n\ngo 1.26\n")
	for name, content := range files {
		write(t, root, name, content)
	}
	return root
}

func write(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T, root string, packages ...string) []Program {
	t.Helper()
	programs, err := Build(context.Background(), root, host, packages)
	if err != nil {
		t.Fatalf("Build(%v) = %v, want no error", packages, err)
	}
	return programs
}

func read(t *testing.T, p Program) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(p.Dir, "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestBuildFindsMainPackages(t *testing.T) {
	root := module(t, map[string]string{
		"lambdas/orders/get/main.go":   program("got"),
		"lambdas/mail/send/main.go":    program("sent"),
		"lambdas/shared/shared.go":     "package shared\n",
		"lambdas/orders/get/x_test.go": "package main\n",
		"cmd/other/main.go":            program("other"),
	})
	programs := build(t, root, "./lambdas/...")
	out := filepath.Join(root, ".build", host.OS+"-"+host.Arch)
	want := []Program{
		{Name: "get", Package: "./lambdas/orders/get", Dir: filepath.Join(out, "get")},
		{Name: "send", Package: "./lambdas/mail/send", Dir: filepath.Join(out, "send")},
	}
	if !slices.Equal(programs, want) {
		t.Fatalf("Build = %+v, want %+v", programs, want)
	}
	for i, word := range []string{"got", "sent"} {
		said, err := exec.Command(filepath.Join(programs[i].Dir, "bootstrap")).CombinedOutput()
		if err != nil || strings.TrimSpace(string(said)) != word {
			t.Errorf("%s printed %q, %v; want %q", programs[i].Name, said, err, word)
		}
	}
	if entries, _ := os.ReadDir(out); len(entries) != 3 || entries[0].Name() != recordFile {
		t.Errorf("%s holds %v, want nothing but two programs and the record of them", out, entries)
	}
}

func TestBuildIsReproducible(t *testing.T) {
	files := map[string]string{"lambdas/get/main.go": program("got")}
	one, other := module(t, files), module(t, files)
	a := read(t, build(t, one, "./lambdas/...")[0])
	b := read(t, build(t, other, "./lambdas/get")[0])
	if !bytes.Equal(a, b) {
		t.Errorf("the same sources in two folders gave two programs of %d and %d bytes, want equal ones", len(a), len(b))
	}
	if bytes.Contains(a, []byte(one)) {
		t.Errorf("the program names its source folder %s", one)
	}
}

func TestBuildKeepsUnchangedPrograms(t *testing.T) {
	root := module(t, map[string]string{
		"lambdas/get/main.go":  program("got"),
		"lambdas/send/main.go": program("sent"),
	})
	longAgo := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	for _, p := range build(t, root, "./lambdas/...") {
		if err := os.Chtimes(filepath.Join(p.Dir, "bootstrap"), longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
	}
	write(t, root, "lambdas/send/main.go", program("sent again"))
	for _, p := range build(t, root, "./lambdas/...") {
		info, err := os.Stat(filepath.Join(p.Dir, "bootstrap"))
		if err != nil {
			t.Fatal(err)
		}
		if kept := info.ModTime().Equal(longAgo); kept != (p.Name == "get") {
			t.Errorf("program %s kept = %t, want %t", p.Name, kept, p.Name == "get")
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	tests := map[string]struct {
		files map[string]string
		want  []string
	}{
		"two programs of one name": {
			map[string]string{"lambdas/a/send/main.go": program("a"), "lambdas/b/send/main.go": program("b")},
			[]string{"two programs are named send: ./lambdas/a/send and ./lambdas/b/send"},
		},
		"no program": {
			map[string]string{"lambdas/shared/shared.go": "package shared\n"},
			[]string{"no main package matches ./lambdas/..."},
		},
		"a program that does not compile": {
			map[string]string{"lambdas/get/main.go": "package main\n\nfunc main() { missing() }\n"},
			[]string{"compile for " + host.String(), "main.go:3:15: undefined: missing"},
		},
		"a file that is not Go": {
			map[string]string{"lambdas/get/main.go": "hello\n"},
			[]string{"list the packages ./lambdas/...", "expected 'package', found hello"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			programs, err := Build(context.Background(), module(t, test.files), host, []string{"./lambdas/..."})
			if err == nil {
				t.Fatalf("Build = %v, want an error", programs)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Build = %v; want it to say %q", err, want)
				}
			}
		})
	}
}

func TestBuildStopsWithItsContext(t *testing.T) {
	root := module(t, map[string]string{"lambdas/get/main.go": program("got")})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if programs, err := Build(ctx, root, host, []string{"./lambdas/..."}); err == nil {
		t.Errorf("Build with a cancelled context = %v, want an error", programs)
	}
}

func TestBuildForAnotherTarget(t *testing.T) {
	root := module(t, map[string]string{"lambdas/get/main.go": program("got")})
	programs, err := Build(context.Background(), root, Target{OS: "linux", Arch: "arm64"}, []string{"./lambdas/..."})
	if err != nil {
		t.Fatal(err)
	}
	// The ELF header: magic number, and at byte 18 the machine, AArch64.
	header := read(t, programs[0])[:20]
	if !bytes.HasPrefix(header, []byte("\x7fELF")) || header[18] != 0xB7 {
		t.Errorf("the header is % x, want an ELF file for AArch64 (b7 at byte 18)", header)
	}
}
