package console

import (
	"net/http"

	"eda-demo/local/iam"
	"eda-demo/local/permissions"
)

// ShowPermissions has the pages show what report returns. Without it they show
// that nothing is granted.
func (c *Console) ShowPermissions(report func() iam.Report) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report = report
}

func (c *Console) permissionsReport() iam.Report {
	c.mu.RLock()
	report := c.report
	c.mu.RUnlock()
	if report == nil {
		return iam.Report{Roles: []iam.RoleReport{}, Denials: []iam.Denial{}}
	}
	return report()
}

// permissionsPage is the report as the page shows it.
type permissionsPage struct {
	Summary string
	Grants  []grantRow
	Denials []denialRow
}

// grantRow has the role's name in its first row only.
type grantRow struct {
	Role, Action, On, Used string
	Unused                 bool
}

type denialRow struct {
	To, Action, On, Reason string
	Count                  int64
}

func newPermissionsPage(report iam.Report) permissionsPage {
	page := permissionsPage{Summary: permissions.Summary(report)}
	for _, role := range report.Roles {
		name := role.Role
		for _, grant := range role.Grants {
			page.Grants = append(page.Grants, grantRow{
				name, grant.Action, permissions.On(grant), permissions.Used(grant), !grant.Used(),
			})
			name = ""
		}
	}
	for _, d := range report.Denials {
		page.Denials = append(page.Denials, denialRow{
			permissions.To(d), d.Action, permissions.Short(d.Resource), d.Reason, d.Count,
		})
	}
	return page
}

func (c *Console) permissions(w http.ResponseWriter, r *http.Request) {
	if wantsJSON(r) {
		c.permissionsJSON(w, r)
		return
	}
	render(w, http.StatusOK, "permissions.html", newPermissionsPage(c.permissionsReport()))
}

func (c *Console) permissionsJSON(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, c.permissionsReport())
}
