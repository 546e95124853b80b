package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// node is how to start the Node.js program; its command is nil if there is
// none, and the note says why.
type node struct {
	command []string
	note    string
}

// prepareNode installs what the Node.js program needs into the benchmark's
// own folder.
func prepareNode(ctx context.Context, s settings) (node, error) {
	version, err := nodeVersion(ctx)
	if err != nil {
		return node{note: "Node.js is not installed: no comparison."}, nil
	}
	dir := filepath.Join(s.dir, "node")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(s.root, "bench", "node"))); err != nil {
		return node{}, fmt.Errorf("copy the Node.js program: %w", err)
	}
	install := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--silent")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		return node{note: fmt.Sprintf("The AWS SDK for JavaScript can't be installed: no comparison. %s", firstLine(out))}, nil
	}
	return node{
		command: []string{"node", filepath.Join(dir, "program.mjs")},
		note:    fmt.Sprintf("Node.js %s with the AWS SDK for JavaScript v3, making the same calls. Median of %d starts a round.", version, runsPerRound),
	}, nil
}

// nodeVersion is such as "v22.23.3".
func nodeVersion(ctx context.Context) (string, error) {
	version, err := exec.CommandContext(ctx, "node", "--version").Output()
	return strings.TrimSpace(string(version)), err
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return line
}
