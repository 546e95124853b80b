package template_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// update rewrites the golden template, to be read before it is committed:
//
//	go test ./test/template -run TestGolden -update
var update = flag.Bool("update", false, "rewrite the golden template in testdata")

// assetHash is the name of a function's archive: it changes with the program.
var assetHash = regexp.MustCompile(`[0-9a-f]{64}\.zip`)

// The golden template shows, in a review, everything that a change of the code
// changes in what is deployed.
func TestGolden(t *testing.T) {
	golden := filepath.Join("testdata", "EdaDemo.template.json")
	got := append(assetHash.ReplaceAll(demo().raw, []byte("HASH.zip")), '\n')
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if line, g, w := difference(got, want); line > 0 {
		t.Errorf("the template differs from %s at line %d:\ngot  %s\nwant %s\nIf that is meant: go test ./test/template -run TestGolden -update",
			golden, line, g, w)
	}
}

// difference returns the number of the first line in which two texts differ,
// from 1, and the two lines; 0 if there is none.
func difference(got, want []byte) (line int, g, w []byte) {
	a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range max(len(a), len(b)) {
		g, w := lineAt(a, i), lineAt(b, i)
		if !bytes.Equal(g, w) {
			return i + 1, g, w
		}
	}
	return 0, nil, nil
}

func lineAt(lines [][]byte, i int) []byte {
	if i < len(lines) {
		return lines[i]
	}
	return []byte("(end)")
}
