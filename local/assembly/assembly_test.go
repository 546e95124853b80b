package assembly

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// write puts files into a folder, by path.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	stackArtifact = `"EdaDemo":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}}`
	assetArtifact = `"EdaDemo.assets":{"type":"cdk:asset-manifest","properties":{"file":"assets.json"}}`
	assetsFile    = `{"files":{"1":{"source":{"path":"asset.1","packaging":"zip"},"destinations":{"current":{"objectKey":"1.zip"}}},
		"2":{"source":{"path":"t.json","packaging":"file"},"destinations":{"current":{"objectKey":"2.json"}}},
		"3":{"source":{"path":"asset.gone","packaging":"zip"},"destinations":{"current":{"objectKey":"3.zip"}}}}}`
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"manifest.json":     `{"version":"54.0.0","artifacts":{"Tree":{"type":"cdk:tree","properties":{"file":"tree.json"}},` + stackArtifact + `,` + assetArtifact + `}}`,
		"t.json":            `{"Resources":{}}`,
		"assets.json":       assetsFile,
		"asset.1/bootstrap": "program",
	})
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if a.StackName != "EdaDemo" || string(a.Template) != `{"Resources":{}}` {
		t.Errorf("got stack %s with template %s", a.StackName, a.Template)
	}
	if got, err := a.Code("1.zip"); err != nil || got != filepath.Join(dir, "asset.1") {
		t.Errorf("code: got %s, %v; want asset.1", got, err)
	}
	for key, want := range map[string]string{"2.json": "the assembly has no asset 2.json: file does not exist", "3.zip": "asset 3.zip is not a folder"} {
		if got, err := a.Code(key); err == nil || err.Error() != want {
			t.Errorf("code %s: got %s, %v; want %s", key, got, err, want)
		}
	}
}

// zipped is an archive of a program.
func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	file, err := archive.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, text); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOpenUnpacksArchives(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"manifest.json": `{"artifacts":{` + stackArtifact + `,` + assetArtifact + `}}`,
		"t.json":        `{}`,
		"assets.json": `{"files":{"1":{"source":{"path":"asset.1.zip","packaging":"file"},"destinations":{"current":{"objectKey":"1.zip"}}},
			"2":{"source":{"path":"t.json","packaging":"file"},"destinations":{"current":{"objectKey":"2.json"}}}}}`,
		"asset.1.zip": zipped(t, "program"),
	})
	var opening sync.WaitGroup
	for range 8 {
		opening.Go(func() {
			a, err := Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			folder, err := a.Code("1.zip")
			raw, missing := os.ReadFile(filepath.Join(folder, "bootstrap"))
			if err != nil || missing != nil || string(raw) != "program" {
				t.Errorf("code: got %s, %v with %q, %v; want a folder with the program", folder, err, raw, missing)
			}
		})
	}
	opening.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 5 {
		t.Errorf("the assembly has %v, %v; want its four files and one folder", entries, err)
	}
	write(t, dir, map[string]string{"asset.2.zip": "PK no", "assets.json": `{"files":{"2":{"source":{"path":"asset.2.zip","packaging":"file"}}}}`})
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "asset asset.2.zip: Could not unzip uploaded file.") {
		t.Errorf("a broken archive: got %v, want an error that names it", err)
	}
}

func TestOpenStackName(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"manifest.json": `{"artifacts":{"Id":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json","stackName":"Named"}}}}`,
		"t.json":        `{}`,
	})
	if a, err := Open(dir); err != nil || a.StackName != "Named" {
		t.Errorf("got %+v, %v; want the stack Named", a, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct{ name, manifest, want string }{
		{"no manifest", "", "is no cloud assembly: it has no manifest.json"},
		{"broken manifest", `{`, "manifest.json: unexpected end of JSON input"},
		{"no stack", `{"artifacts":{"Tree":{"type":"cdk:tree"}}}`, "it has no stack"},
		{"two stacks", `{"artifacts":{` + stackArtifact + `,"Second":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}}}}`, "artifact Second: there is a second stack beside EdaDemo; only one can be run"},
		{"stage", `{"artifacts":{"assembly-Prod":{"type":"cdk:cloud-assembly"}}}`, "artifact assembly-Prod: stages are not supported"},
		{"no template", `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"gone.json"}}}}`, "artifact S: open "},
		{"no template's name", `{"artifacts":{"S":{"type":"aws:cloudformation:stack"}}}`, `artifact S: "" is not the name of a file in the assembly`},
		{"template elsewhere", `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"../t.json"}}}}`, `"../t.json" is not the name of a file in the assembly`},
		{"no asset manifest", `{"artifacts":{` + stackArtifact + `,` + assetArtifact + `}}`, "artifact EdaDemo.assets: open "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"t.json": `{}`})
			if test.manifest != "" {
				write(t, dir, map[string]string{"manifest.json": test.manifest})
			}
			if a, err := Open(dir); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v\nwant %s", a, err, test.want)
			}
		})
	}
}
