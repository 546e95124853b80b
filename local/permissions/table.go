// Package permissions writes, for people, what each role was granted and used,
// and what was denied: the report of package iam.
package permissions

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"eda-demo/local/iam"
)

// Write writes the report as aligned text.
func Write(w io.Writer, report iam.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "%s\n\nROLE\tACTION\tON\tUSED\n", Summary(report))
	for _, role := range report.Roles {
		name := role.Role
		for _, grant := range role.Grants {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", name, grant.Action, On(grant), Used(grant))
			name = ""
		}
		if len(role.Grants) == 0 {
			fmt.Fprintf(table, "%s\tnothing\t\t\n", name)
		}
	}
	if len(report.Denials) > 0 {
		fmt.Fprint(table, "\nDENIED TO\tACTION\tON\tTIMES\tREASON\n")
	}
	for _, d := range report.Denials {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", To(d), d.Action, Short(d.Resource), d.Count, d.Reason)
	}
	// The table is buffered: this is where a failed write shows.
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the permissions: %w", err)
	}
	return nil
}

// Summary is the report in a sentence.
func Summary(report iam.Report) string {
	granted, used, denied := 0, 0, int64(0)
	for _, role := range report.Roles {
		for _, grant := range role.Grants {
			granted++
			if grant.Used() {
				used++
			}
		}
	}
	for _, d := range report.Denials {
		denied += d.Count
	}
	return fmt.Sprintf("Permissions: %d granted, %d of them never used; %s denied", granted, granted-used, count(denied, "access", "accesses"))
}

// On is what a grant is for: its resource, and the condition if it has one.
func On(grant iam.Grant) string {
	if grant.Condition == "" {
		return Short(grant.Resource)
	}
	return Short(grant.Resource) + " if " + grant.Condition
}

// Used is how much a grant was used.
func Used(grant iam.Grant) string {
	switch {
	case grant.Calls > 0:
		return count(grant.Calls, "time", "times")
	case grant.Checks > 0:
		return "never called, but required"
	}
	return "never used"
}

func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// To is who was denied, and for which resource if that is a service.
func To(d iam.Denial) string {
	if d.For == "" {
		return Short(d.Who)
	}
	return Short(d.Who) + " for " + Short(d.For)
}

// arnParts is how many parts an ARN has: arn:partition:service:region:account:resource.
const arnParts = 6

// Short leaves of an ARN the resource: the action beside it tells the service.
func Short(arn string) string {
	if parts := strings.SplitN(arn, ":", arnParts); len(parts) == arnParts && parts[0] == "arn" {
		return parts[arnParts-1]
	}
	return arn
}
