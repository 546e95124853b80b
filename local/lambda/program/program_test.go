package program

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// file is a file of an archive that a test makes.
type file struct {
	name, text string
	mode       fs.FileMode
}

var start = file{"bootstrap", "#!/bin/sh\n", 0o755}

func archive(t testing.TB, files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.text == "" {
			header.Method = zip.Store // which is quicker
		}
		header.SetMode(f.mode)
		into, err := writer.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Write([]byte(f.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func newFolders(t testing.TB, dir string) *Folders {
	folders := NewFolders(dir)
	t.Cleanup(func() {
		if err := folders.Close(); err != nil {
			t.Error(err)
		}
	})
	return folders
}

func TestUnpack(t *testing.T) {
	folders := newFolders(t, t.TempDir())
	raw := archive(t, start, file{"data/", "", fs.ModeDir | 0o755}, file{"data/a.txt", "a", 0o640}, file{"deep/er/b", "b", 0o777})
	p, err := folders.Unpack(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []file{start, {"data/a.txt", "a", 0o640}, {"deep/er/b", "b", 0o777}} {
		text, err := os.ReadFile(filepath.Join(p.Dir, want.name))
		if err != nil || string(text) != want.text {
			t.Errorf("%s: got %q, %v; want %q", want.name, text, err, want.text)
		}
		if info, err := os.Stat(filepath.Join(p.Dir, want.name)); err != nil || info.Mode() != want.mode {
			t.Errorf("%s: got mode %v, %v; want %v", want.name, info.Mode(), err, want.mode)
		}
	}
	size, digest, err := p.Measure()
	if want := sha256.Sum256(raw); err != nil || size != int64(len(raw)) || !bytes.Equal(digest, want[:]) {
		t.Errorf("measured %d bytes, %x, %v; want %d, %x", size, digest, err, len(raw), want)
	}
}

// header is the beginning of an ELF file for a machine, in little endian.
func header(machine byte) string {
	return "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\x02\x00" + string([]byte{machine}) + "\x00" + strings.Repeat("\x00", 44)
}

func TestRefused(t *testing.T) {
	other, machine := "linux/arm64", "\xb7"
	if runtime.GOARCH == "arm64" {
		other, machine = "linux/amd64", "\x3e"
	}
	here := runtime.GOOS + "/" + runtime.GOARCH
	program := func(text string) []byte { return archive(t, file{"bootstrap", text, 0o755}) }
	tests := []struct {
		name string
		raw  []byte
		want string
	}{
		{"no archive", []byte("PK no"), "Could not unzip uploaded file."},
		{"nothing", nil, "Could not unzip uploaded file."},
		{"cut off", archive(t, start)[:40], "Could not unzip uploaded file."},
		{"no program", archive(t, file{"main", "#!/bin/sh", 0o755}), "there is no file named bootstrap at its root"},
		{"program below", archive(t, file{"bin/bootstrap", "#!/bin/sh", 0o755}), "there is no file named bootstrap at its root"},
		{"not executable", archive(t, file{"bootstrap", "#!/bin/sh", 0o644}), "bootstrap is not executable: its mode is -rw-r--r--"},
		{"a folder", archive(t, file{"bootstrap/", "", fs.ModeDir | 0o755}), "bootstrap is not a file"},
		{"out of it", archive(t, start, file{"../evil", "x", 0o644}), `the name "../evil", which leads out of it`},
		{"out by a detour", archive(t, start, file{"a/../../evil", "x", 0o644}), "which leads out of it"},
		{"absolute", archive(t, start, file{"/evil", "x", 0o644}), "which leads out of it"},
		{"with backslashes", archive(t, start, file{`..\evil`, "x", 0o644}), "which leads out of it"},
		{"a link", archive(t, start, file{"link", "/etc/passwd", fs.ModeSymlink | 0o777}), "link, which is neither a file nor a folder"},
		{"twice", archive(t, start, start), "unpack bootstrap: it is in the archive more than once"},
		{"a file as a folder", archive(t, start, file{"bootstrap/x", "x", 0o644}), "unpack the archive"},
		{"another platform", program(header(machine[0])), "bootstrap is a program for " + other + ", and this machine runs " + here + ": build it with -c target=" + here},
		{"a 32-bit platform", program(header(3)), "a program for linux/386"},
		{"Windows", program("MZ\x90\x00"), "a program for windows"},
		{"macOS", program("\xcf\xfa\xed\xfe\x07\x00\x00\x01"), "a program for darwin/amd64"},
		{"no program at all", program("hello"), "bootstrap is neither a program nor a script"},
		{"an empty program", program(""), "bootstrap is neither a program nor a script"},
	}
	dir := t.TempDir()
	folders := newFolders(t, dir)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if p, err := folders.Unpack(test.raw); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v\nwant an error with %s", p, err, test.want)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%v, %v is left in the folder, want nothing", left, err)
			}
		})
	}
}

// zeros is an archive of one file with so many zeros.
func zeros(t testing.TB, size int64) []byte {
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	into, err := writer.Create("zeros")
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<20); size > 0; size -= int64(len(block)) {
		if _, err := into.Write(block[:min(size, int64(len(block)))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSizeIsLimited(t *testing.T) {
	raw := zeros(t, 100)
	dir := t.TempDir()
	reader, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	lying := *reader.File[0]
	lying.UncompressedSize64 = 10
	for name, f := range map[string]*zip.File{"told": reader.File[0], "not told": &lying} {
		_, err := unzipFile(root, f, 99)
		if err == nil {
			t.Errorf("100 bytes where 99 may come, %s: no error", name)
		}
	}
	many := make([]file, maxFiles+1)
	for i := range many {
		many[i] = file{name: fmt.Sprint(i)}
	}
	_, err = newFolders(t, "").Unpack(archive(t, many...))
	if want := "the archive has 20001 files, at most 20000 can be unpacked"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

// TestFoldersGoWithTheirLastUse takes the same archive twice and another one.
func TestFoldersGoWithTheirLastUse(t *testing.T) {
	dir := t.TempDir()
	folders := newFolders(t, dir)
	one, other := archive(t, start), archive(t, start, file{"x", "x", 0o644})
	open := func(raw []byte) *Program {
		p, err := folders.Unpack(raw)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first, second, third := open(one), open(one), open(other)
	if first.Dir != second.Dir || first.Dir == third.Dir || len(names(t, dir)) != 2 {
		t.Errorf("folders %s, %s, %s; want the first two to be one", first.Dir, second.Dir, third.Dir)
	}
	first.Use()
	for range 2 {
		if err := first.Release(); err != nil || len(names(t, dir)) != 2 {
			t.Errorf("released by the first of two: %v, %v are left, want both", err, names(t, dir))
		}
	}
	if err := second.Release(); err != nil || len(names(t, dir)) != 1 {
		t.Errorf("released: %v, %v are left, want one", err, names(t, dir))
	}
	if again := open(one); again.Dir != first.Dir {
		t.Errorf("again in %s, want %s", again.Dir, first.Dir)
	}
}

func TestOneArchiveAtATimeIsUnpackedOnce(t *testing.T) {
	folders := newFolders(t, t.TempDir())
	raw := archive(t, start)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			p, err := folders.Unpack(raw)
			if err != nil {
				t.Error(err)
				return
			}
			if err := check(p.Dir); err != nil {
				t.Error(err)
			}
			if err := p.Release(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestClose ends a process with one program in use: the next one finds it, and
// nothing of what was not.
func TestClose(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "unfinished-1"), 0o755); err != nil {
		t.Fatal(err)
	}
	folders := NewFolders(dir)
	used, err := folders.Unpack(archive(t, start))
	if err != nil {
		t.Fatal(err)
	}
	if err := folders.Close(); err != nil {
		t.Fatal(err)
	}
	if err := used.Release(); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) != 1 || left[0] != filepath.Base(used.Dir) {
		t.Errorf("%v is left, want the program that was in use", left)
	}
	if _, err := folders.Unpack(archive(t, start)); err == nil {
		t.Error("unpacked after the end")
	}
	marker := filepath.Join(used.Dir, "marker")
	if err := os.WriteFile(marker, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	again, err := newFolders(t, dir).Unpack(archive(t, start))
	if err != nil || again.Dir != used.Dir {
		t.Fatalf("the next process: %+v, %v; want %s", again, err, used.Dir)
	}
	if _, err := os.Stat(marker); err != nil {
		t.Errorf("unpacked anew: %v", err)
	}
}

func TestTemporaryFolderGoes(t *testing.T) {
	folders := NewFolders("")
	p, err := folders.Unpack(archive(t, start))
	if err != nil {
		t.Fatal(err)
	}
	if err := folders.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(p.Dir)); !os.IsNotExist(err) {
		t.Errorf("after the end: %v, want it gone", err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	folders := newFolders(t, "")
	if _, err := folders.Open(dir); err == nil || !strings.Contains(err.Error(), "no file named bootstrap") {
		t.Errorf("an empty folder: error %v, want one about bootstrap", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(start.text), 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := folders.Open(dir)
	if err != nil || p.Dir != dir {
		t.Fatalf("a folder: got %+v, %v; want %s", p, err, dir)
	}
	if size, digest, err := p.Measure(); size != int64(len(start.text)) || len(digest) != sha256.Size || err != nil {
		t.Errorf("a folder: measured %d bytes, %x, %v; want those of the program", size, digest, err)
	}
	path := filepath.Join(t.TempDir(), "code.zip")
	if err := os.WriteFile(path, archive(t, start), 0o644); err != nil {
		t.Fatal(err)
	}
	if p, err = folders.Open(path); err != nil || check(p.Dir) != nil {
		t.Errorf("an archive: got %+v, %v; want its folder", p, err)
	}
	if _, err := folders.Open(filepath.Join(dir, "none")); err == nil {
		t.Error("no error for a path that does not exist")
	}
}
