package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"eda-demo/bench/price"
)

func titles(columns []column) []string {
	var all []string
	for _, c := range columns {
		all = append(all, c.title)
	}
	return all
}

// functionTable shows what was measured of the functions and what it is taken
// for on AWS.
func functionTable(columns []column) table {
	standard := columns[0]
	t := table{
		title: "Invocations of one order, standard workflow",
		head:  []string{"function", "invocations", "took here, median", "memory", "taken to last on AWS"},
		note: fmt.Sprintf("Counted over %d orders, placed one at a time, half of them above what is paid. On AWS an invocation is taken to last as long as if it "+
			"did nothing here but compute and had its memory's share of a processor there (1,769 MB are one), and 10 ms at least.", costOrders),
	}
	for _, name := range slices.Sorted(maps.Keys(standard.usage.Invocations)) {
		used, f := standard.usage.Invocations[name], standard.design.Functions[name]
		t.add(name, amount(used.Count), short(used.LocalMs)+" ms", fmt.Sprintf("%d MB", f.MemoryMB), fmt.Sprintf("%.0f ms", f.BilledMs(used.LocalMs)))
	}
	return t
}

// usageTable shows what one order uses, line by line; what nobody uses is left
// out.
func usageTable(columns []column) table {
	t := table{title: "What one order uses", head: append([]string{"", "of"}, titles(columns)...)}
	for i, line := range columns[0].lines {
		row, used := []string{line.Service, line.What}, false
		for _, c := range columns {
			row = append(row, amount(c.lines[i].PerOrder))
			used = used || c.lines[i].PerOrder > 0
		}
		if used {
			t.add(row...)
		}
	}
	return t
}

// costTable shows the cost by service, with the mails apart from the rest: they
// are as many however the rest is built.
func costTable(columns []column) table {
	t := table{
		title: fmt.Sprintf("What a million orders cost, in USD (%s, %s)", price.Region, price.Date),
		head:  append([]string{"service"}, titles(columns)...),
		note:  "Without free tiers, taxes and what is paid by the month.",
	}
	var services []string
	for _, line := range columns[0].lines {
		if !slices.Contains(services, line.Service) {
			services = append(services, line.Service)
		}
	}
	for _, service := range services {
		t.addSums(columns, service, func(line price.Line) bool { return line.Service == service })
	}
	t.addSums(columns, "**total**", func(price.Line) bool { return true })
	t.addSums(columns, "**total without mails**", func(line price.Line) bool { return line.What != "mails" })
	return t
}

func (t *table) addSums(columns []column, title string, counts func(price.Line) bool) {
	row, used := []string{title}, false
	for _, c := range columns {
		sum := price.Total(slices.DeleteFunc(slices.Clone(c.lines), func(line price.Line) bool { return !counts(line) }))
		row, used = append(row, dollars(sum)), used || sum > 0
	}
	if used {
		t.add(row...)
	}
}

// monthlyTable shows what is paid by the month.
func monthlyTable(columns []column) table {
	t := table{
		title: fmt.Sprintf("What is paid each month besides, in USD (%s, %s)", price.Region, price.Date),
		head:  append([]string{""}, titles(columns)...),
		note:  "In brackets how many there are. The last lines are for the data that a million orders leave behind, uncompressed.",
	}
	fixed := make([][]price.Fixed, len(columns))
	sums := make([]float64, len(columns))
	for i, c := range columns {
		fixed[i] = c.design.Monthly(c.usage, c.metrics)
	}
	for i, line := range fixed[0] {
		row := []string{line.What}
		for j := range columns {
			row = append(row, fmt.Sprintf("%s (%s)", dollars(fixed[j][i].USD), amount(fixed[j][i].Count)))
			sums[j] += fixed[j][i].USD
		}
		t.add(row...)
	}
	total := []string{"**total**"}
	for _, sum := range sums {
		total = append(total, dollars(sum))
	}
	t.add(total...)
	return t
}

func dollars(usd float64) string { return fmt.Sprintf("%.2f", usd) }

// amount writes a number with as many decimals as it needs, four at most.
func amount(value float64) string {
	text := strings.TrimRight(fmt.Sprintf("%.4f", value), "0")
	return strings.TrimSuffix(text, ".")
}

// printBasis says what the tables rest on.
func printBasis(out io.Writer, assumptions []string) {
	fmt.Fprintf(out, "Counted in a run of the local runner: requests, invocations, calls of DynamoDB, SNS and SQS, the sizes of items, events, states of the "+
		"standard workflow by its histories, executions of the express workflow by their log, and bytes of logs.\n"+
		"Read from the template: type of the API, memory and architecture of the functions, type of the workflow, billing mode of the tables, "+
		"log groups, archives, alarms and dashboards. What it does not know the price of, it refuses.\n"+
		"Modelled: durations on AWS, as above; an express execution takes ten times as long there as here, in steps of 100 ms and 64 MB; each publication is "+
		"one mail; a trace begins with each request and each invocation for the stream, and all are recorded, as happens with less than one a second.\n"+
		"Left out: requests that only look (a GET is one request, one invocation and one read unit more), retries, cold starts, "+
		"data transfer to clients (USD 0.09 per GB), reading logs and traces.\n\n")
	fmt.Fprintln(out, "The original demo is priced by its description, not run. Assumed of it:")
	for _, assumption := range assumptions {
		fmt.Fprintln(out, "-", assumption)
	}
}
