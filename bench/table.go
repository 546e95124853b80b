package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// table is a result in Markdown.
type table struct {
	title string
	head  []string
	rows  [][]string
	note  string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// print writes the table with its columns aligned.
func (t *table) print(out io.Writer) {
	rule := make([]string, len(t.head))
	rows := slices.Concat([][]string{t.head}, t.rows)
	widths := make([]int, len(t.head))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 3)
		}
	}
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
	}
	fmt.Fprintf(out, "**%s**\n\n", t.title)
	for _, row := range slices.Insert(rows, 1, rule) {
		for i, cell := range row {
			fmt.Fprintf(out, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		fmt.Fprintln(out, "|")
	}
	if t.note != "" {
		fmt.Fprintf(out, "\n%s\n", t.note)
	}
	fmt.Fprintln(out)
}

// quantile returns the value below which a share q of the values lie.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// spread is a median over rounds with the lowest and highest round.
func spread(rounds []float64, unit string) string {
	return fmt.Sprintf("%s %s (%s–%s)", short(quantile(rounds, 0.5)), unit, short(slices.Min(rounds)), short(slices.Max(rounds)))
}

func short(value float64) string {
	switch {
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	}
	return fmt.Sprintf("%.2f", value)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// machine says where and when the numbers were measured.
func machine() string {
	return fmt.Sprintf("%d CPUs (%s), %s/%s, %s, %s", runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), time.Now().Format(time.DateOnly))
}

// processor is the name that Linux gives the processor.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
