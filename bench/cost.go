package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"eda-demo/bench/price"
	"eda-demo/test/system"
)

// costOrders is how many orders are counted for a cost.
const costOrders = 200

// column is a design in the tables of costs.
type column struct {
	title  string
	design price.Design
	counted
	lines []price.Line
}

// printCost prints what a million orders cost on AWS: with each type of the
// payment workflow, counted in a run of the local runner and priced by the
// template for AWS, and of the demo that this one was made from, derived.
func printCost(ctx context.Context, s settings) error {
	binary, err := buildRunner(ctx, s)
	if err != nil {
		return err
	}
	var columns []column
	for _, workflow := range []string{"standard", "express"} {
		fmt.Fprintf(os.Stderr, "counting %d orders, %s workflow …\n", costOrders, workflow)
		c, err := costOf(ctx, s, binary, workflow)
		if err != nil {
			return fmt.Errorf("cost with the %s workflow: %w", workflow, err)
		}
		columns = append(columns, c)
	}
	design, usage, assumptions := price.Original(columns[0].usage)
	original := column{title: "original demo", design: design, counted: counted{usage: usage}}
	if original.lines, err = design.Cost(usage); err != nil {
		return err
	}
	columns = append(columns, original)
	for _, t := range []table{functionTable(columns), usageTable(columns), costTable(columns), monthlyTable(columns)} {
		t.print(s.out)
	}
	printBasis(s.out, assumptions)
	return nil
}

// costOf reads the template as it is for AWS, and counts what orders use of the
// same app on the runner.
func costOf(ctx context.Context, s settings, runner, workflow string) (column, error) {
	c := column{title: workflow + " workflow"}
	dir := filepath.Join(s.dir, "cloud-"+workflow)
	settings := map[string]string{"target": "linux/arm64", "email": "bench@example.com", "paymentWorkflow": workflow}
	if err := system.SynthesizeApp(ctx, s.root, dir, settings); err != nil {
		return c, err
	}
	raw, err := os.ReadFile(filepath.Join(dir, "EdaDemo.template.json"))
	if err != nil {
		return c, err
	}
	if c.design, err = price.Read(raw); err != nil {
		return c, err
	}
	r, err := launch(ctx, s, runner, "-context", "paymentWorkflow="+workflow)
	if err != nil {
		return c, err
	}
	defer r.stop()
	if c.counted, err = countOrders(ctx, r, c.design); err != nil {
		return c, err
	}
	c.lines, err = c.design.Cost(c.usage)
	return c, err
}
