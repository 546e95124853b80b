package logs

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

var groupNamePattern = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)

type createGroupInput struct {
	byName
	LogGroupClass string            `json:"logGroupClass"`
	Tags          map[string]string `json:"tags"`
}

func (s *Service) createGroup(_ context.Context, in *createGroupInput) (*empty, error) {
	_, existed, err := s.create(groupSettings{name: in.LogGroupName, class: in.LogGroupClass, tags: in.Tags})
	if err == nil && existed {
		err = frontdoor.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
	}
	return &empty{}, err
}

func (c *groupSettings) check() error {
	if !groupNamePattern.MatchString(c.name) || strings.HasPrefix(c.name, "aws/") {
		return invalid("Value '%s' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+, at most 512 characters, not beginning with aws/", c.name)
	}
	if c.class == "" {
		c.class = "STANDARD"
	}
	if !slices.Contains([]string{"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"}, c.class) {
		return invalid("%q is not a log group class", c.class)
	}
	if c.retention != 0 {
		return checkRetention(c.retention)
	}
	return nil
}

// create creates a group. If there is one of that name, it is returned as it
// is.
func (s *Service) create(c groupSettings) (g *group, existed bool, err error) {
	if err := c.check(); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if existing := s.groups[c.name]; existing != nil {
		return existing, true, nil
	}
	g = s.newGroup(c)
	if err := g.create(); err != nil {
		return nil, false, err
	}
	s.groups[c.name] = g
	return g, false, nil
}

type deleteGroupInput struct{ byName }

func (s *Service) deleteGroup(_ context.Context, in *deleteGroupInput) (*empty, error) {
	return &empty{}, s.delete(in.LogGroupName)
}

func (s *Service) delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[name]
	if g == nil {
		return noSuchGroup()
	}
	if err := g.end(); err != nil {
		return err
	}
	delete(s.groups, name)
	return nil
}

type describeGroupsInput struct {
	LogGroupNamePrefix  string `json:"logGroupNamePrefix"`
	LogGroupNamePattern string `json:"logGroupNamePattern"`
	LogGroupClass       string `json:"logGroupClass"`
	Limit               *int   `json:"limit"`
	NextToken           string `json:"nextToken"`
}

type groupDescription struct {
	LogGroupName      string `json:"logGroupName"`
	CreationTime      int64  `json:"creationTime"`
	RetentionInDays   int    `json:"retentionInDays,omitempty"`
	MetricFilterCount int    `json:"metricFilterCount"`
	Arn               string `json:"arn"`
	StoredBytes       int    `json:"storedBytes"`
	LogGroupClass     string `json:"logGroupClass"`
	LogGroupArn       string `json:"logGroupArn"`
	Protected         bool   `json:"deletionProtectionEnabled"`
}

type describeGroupsOutput struct {
	LogGroups []groupDescription `json:"logGroups"`
	NextToken string             `json:"nextToken,omitempty"`
}

func (s *Service) describeGroupsAccess(context.Context, *describeGroupsInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "logs:DescribeLogGroups", Resource: s.groupARN("") + ":log-stream:"}}, nil
}

func (s *Service) describeGroups(_ context.Context, in *describeGroupsInput) (*describeGroupsOutput, error) {
	if in.LogGroupNamePrefix != "" && in.LogGroupNamePattern != "" {
		return nil, invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	var matching []*group
	for _, g := range s.sortedGroups() {
		if strings.HasPrefix(g.name, in.LogGroupNamePrefix) && (in.LogGroupClass == "" || in.LogGroupClass == g.class()) &&
			strings.Contains(strings.ToLower(g.name), strings.ToLower(in.LogGroupNamePattern)) {
			matching = append(matching, g)
		}
	}
	page, next, err := paginate(matching, func(g *group) string { return g.name }, in.Limit, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &describeGroupsOutput{LogGroups: []groupDescription{}, NextToken: next}
	for _, g := range page {
		out.LogGroups = append(out.LogGroups, s.describe(g))
	}
	return out, nil
}

func (s *Service) sortedGroups() []*group {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.groups), func(a, b *group) int { return strings.Compare(a.name, b.name) })
}

func (s *Service) describe(g *group) groupDescription {
	g.mu.Lock()
	defer g.mu.Unlock()
	arn := s.groupARN(g.name)
	return groupDescription{
		LogGroupName: g.name, CreationTime: g.created.UnixMilli(), RetentionInDays: g.settings.retention,
		Arn: arn + ":*", LogGroupArn: arn, StoredBytes: g.size, LogGroupClass: g.settings.class, Protected: g.settings.protected,
	}
}

// maxPage is the largest page of groups, streams and policies, and the usual
// one.
const maxPage = 50

// paginate returns the items after the one that token names.
func paginate[T any](items []T, name func(T) string, limit *int, token string) (page []T, next string, err error) {
	size := maxPage
	if limit != nil {
		size = *limit
	}
	if size < 1 || size > maxPage {
		return nil, "", invalid("limit must be between 1 and %d, not %d", maxPage, size)
	}
	if token != "" {
		at := slices.IndexFunc(items, func(item T) bool { return name(item) == token })
		if at < 0 {
			return nil, "", invalid("The specified nextToken is invalid.")
		}
		items = items[at+1:]
	}
	if len(items) > size {
		items = items[:size]
		next = name(items[size-1])
	}
	return items, next, nil
}
