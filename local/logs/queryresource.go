package logs

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/google/uuid"

	"eda-demo/local/declared"
	"eda-demo/local/resource"
)

// queries are the ids of the saved queries that there are. They are saved only:
// Logs Insights, which would run them, is not here; FilterLogEvents is.
type queries struct {
	mu  sync.Mutex
	ids map[string]bool
}

// queryProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html
type queryProperties struct {
	Name          string
	QueryString   string
	QueryLanguage string
	LogGroupNames []string
	Parameters    []struct{ Name, DefaultValue, Description string }
}

const (
	maxQueryName   = 255   // characters
	maxQueryString = 10000 // characters
	maxQueryGroups = 50
	insights       = "CWLI" // the language that there are parameters in
)

var (
	parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	placeholder   = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
)

func newQueries() *queries { return &queries{ids: map[string]bool{}} }

func (q *queries) resources() resource.Type {
	return resource.Schema{Required: []string{"Name", "QueryString"}}.Type(q.create, q.update, q.remove)
}

func (q *queries) create(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	if err := checkQuery(definition); err != nil {
		return resource.Instance{}, err
	}
	id := definition.PhysicalID
	if id == "" {
		id = uuid.NewSHA1(uuid.NameSpaceURL, []byte(definition.Key())).String()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ids[id] = true
	return queryInstance(id), nil
}

func (q *queries) update(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	if err := checkQuery(next); err != nil {
		return resource.Instance{}, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.ids[next.PhysicalID] {
		return resource.Instance{}, declared.Gone(next)
	}
	return queryInstance(next.PhysicalID), nil
}

func (q *queries) remove(_ context.Context, definition resource.Definition) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.ids, definition.PhysicalID)
	return nil
}

func queryInstance(id string) resource.Instance {
	return resource.Instance{ID: id, Attributes: map[string]any{"QueryDefinitionId": id}}
}

// checkQuery refuses what PutQueryDefinition refuses:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
func checkQuery(definition resource.Definition) error {
	var p queryProperties
	if err := definition.Decode(&p); err != nil {
		return err
	}
	languages := []string{"", insights, "SQL", "PPL"}
	switch {
	case p.Name == "" || len(p.Name) > maxQueryName:
		return fmt.Errorf("property Name: %q has not 1 to %d characters", p.Name, maxQueryName)
	case p.QueryString == "" || len(p.QueryString) > maxQueryString:
		return fmt.Errorf("property QueryString: %d characters are not 1 to %d", len(p.QueryString), maxQueryString)
	case !slices.Contains(languages, p.QueryLanguage):
		return fmt.Errorf("property QueryLanguage: %q is not one of %v", p.QueryLanguage, languages[1:])
	case len(p.LogGroupNames) > maxQueryGroups:
		return fmt.Errorf("property LogGroupNames: %d names are more than %d", len(p.LogGroupNames), maxQueryGroups)
	}
	for _, name := range p.LogGroupNames {
		if !groupNamePattern.MatchString(name) {
			return fmt.Errorf("property LogGroupNames: %q does not match %s", name, groupNamePattern)
		}
	}
	return p.checkParameters()
}

// checkParameters wants each parameter once, and each placeholder to be one.
func (p *queryProperties) checkParameters() error {
	if len(p.Parameters) == 0 {
		return nil
	}
	if p.QueryLanguage != "" && p.QueryLanguage != insights {
		return fmt.Errorf("property Parameters: queries in %s have none", p.QueryLanguage)
	}
	var names []string
	for _, parameter := range p.Parameters {
		if !parameterName.MatchString(parameter.Name) || slices.Contains(names, parameter.Name) {
			return fmt.Errorf("property Parameters: the name %q is there twice, or does not match %s", parameter.Name, parameterName)
		}
		names = append(names, parameter.Name)
	}
	for _, found := range placeholder.FindAllStringSubmatch(p.QueryString, -1) {
		if !slices.Contains(names, found[1]) {
			return fmt.Errorf("property QueryString: there is no parameter %q", found[1])
		}
	}
	return nil
}
