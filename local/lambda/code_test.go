package lambda_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
)

// archive is a zip archive with what starts the test program, if it is to have
// that, and a file that tells it from others.
func archive(t testing.TB, marker string, program bool) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	add := func(name string, content []byte) {
		header := &zip.FileHeader{Name: name, Method: zip.Store}
		header.SetMode(0o755)
		into, err := writer.CreateHeader(header)
		if err == nil {
			_, err = into.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add(marker, []byte(marker))
	if program {
		add("bootstrap", []byte("#!/bin/sh\nexec '"+programDir+"/bootstrap'\n"))
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload puts an archive under a key that is its marker.
func (c *cloud) upload(marker string, program bool) []byte {
	c.t.Helper()
	raw := archive(c.t, marker, program)
	path := filepath.Join(c.t.TempDir(), "code.zip")
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.bucket.put(marker, path)
	return raw
}

// running is the marker of the code that runs.
func (c *cloud) running() string {
	c.t.Helper()
	root := c.who().variable("LAMBDA_TASK_ROOT")
	entries, err := os.ReadDir(root)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != "bootstrap" {
			return entry.Name()
		}
	}
	return "k"
}

// folders counts the unpacked archives.
func (c *cloud) folders() int {
	c.t.Helper()
	entries, err := os.ReadDir(c.programs)
	if err != nil && !os.IsNotExist(err) {
		c.t.Fatal(err)
	}
	return len(entries)
}

func at(key, more string) string {
	return strings.Replace(named(more), `"S3Key":"k"`, `"S3Key":"`+key+`"`, 1)
}

func (c *cloud) updateCode(in *sdk.UpdateFunctionCodeInput) (*sdk.UpdateFunctionCodeOutput, error) {
	in.FunctionName = aws.String("f")
	return c.client.UpdateFunctionCode(c.t.Context(), in)
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return base64.StdEncoding.EncodeToString(sum[:])
}
