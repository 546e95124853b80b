package gobuild

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func archives(t *testing.T, programs []Program) map[string]string {
	t.Helper()
	paths, err := Archives(programs)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// contents reads an archive of one file.
func contents(t *testing.T, path string) (*zip.File, []byte) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if len(archive.File) != 1 {
		t.Fatalf("%s has %d files, want one", path, len(archive.File))
	}
	file, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return archive.File[0], raw
}

func TestArchives(t *testing.T) {
	programs := build(t, module(t, map[string]string{"lambdas/get/main.go": program("got"), "lambdas/send/main.go": program("sent")}), "./lambdas/...")
	paths := archives(t, programs)
	if len(paths) != len(programs) {
		t.Errorf("got %v, want an archive of each of %d programs", paths, len(programs))
	}
	for _, p := range programs {
		file, raw := contents(t, paths[p.Package])
		if file.Name != "bootstrap" || file.Mode() != 0o755 || !bytes.Equal(raw, read(t, p)) {
			t.Errorf("%s: got %s, mode %v, %d bytes; want the executable bootstrap", p.Name, file.Name, file.Mode(), len(raw))
		}
	}
}

func TestArchivesAreReproducible(t *testing.T) {
	files := map[string]string{"lambdas/get/main.go": program("got")}
	var packed [][]byte
	for range 2 {
		paths := archives(t, build(t, module(t, files), "./lambdas/..."))
		raw, err := os.ReadFile(paths["./lambdas/get"])
		if err != nil {
			t.Fatal(err)
		}
		packed = append(packed, raw)
	}
	if !bytes.Equal(packed[0], packed[1]) {
		t.Error("the same program in two folders gave two archives, want equal ones")
	}
}

func TestArchivesFollowTheirPrograms(t *testing.T) {
	root := module(t, map[string]string{"lambdas/get/main.go": program("got"), "lambdas/send/main.go": program("sent")})
	before := archives(t, build(t, root, "./lambdas/..."))
	longAgo := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	for _, path := range before {
		if err := os.Chtimes(path, longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
	}
	write(t, root, "lambdas/send/main.go", program("sent again"))
	programs := build(t, root, "./lambdas/...")
	after := archives(t, programs)
	if info, err := os.Stat(after["./lambdas/get"]); err != nil || !info.ModTime().Equal(longAgo) {
		t.Errorf("the archive of an unchanged program was made again, %v", err)
	}
	for _, p := range programs {
		if _, raw := contents(t, after[p.Package]); !bytes.Equal(raw, read(t, p)) {
			t.Errorf("the archive of %s does not hold its program", p.Name)
		}
	}
	left, err := filepath.Glob(filepath.Join(root, ".build", "*", "*.zip"))
	if err != nil || len(left) != len(programs) {
		t.Errorf("%v, %v are there, want one archive a program", left, err)
	}
}

func TestArchivesNeedPrograms(t *testing.T) {
	if paths, err := Archives([]Program{{Name: "get", Dir: t.TempDir()}}); err == nil {
		t.Errorf("got %v, want an error", paths)
	}
}
