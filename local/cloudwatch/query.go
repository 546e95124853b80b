package cloudwatch

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"eda-demo/local/resource"
)

// metricQuery is a metric of an alarm, or an expression over others:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metricdataquery.html
type metricQuery struct {
	Id         string
	Label      string
	Expression string
	MetricStat *metricStat
	Period     resource.Int
	ReturnData *resource.Bool
}

type metricStat struct {
	Metric struct {
		Namespace  string
		MetricName string
		Dimensions []dimension
	}
	Period resource.Int
	Stat   string
	Unit   string
}

// maxMetrics is how many metrics an alarm on an expression may look at:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
const maxMetrics = 10

var (
	queryID = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	// operand finds the ids in an expression: functions and keywords are in
	// capitals, texts in quotes.
	operand = regexp.MustCompile(`"[^"]*"|'[^']*'|\b[a-z][a-zA-Z0-9_]*\b`)
)

func (q metricQuery) returned() bool { return q.ReturnData == nil || bool(*q.ReturnData) }

func (q metricQuery) period() resource.Int {
	if q.MetricStat != nil {
		return q.MetricStat.Period
	}
	return q.Period
}

func checkQueries(queries []metricQuery) error {
	var ids []string
	returned, metrics := 0, 0
	for _, q := range queries {
		if !queryID.MatchString(q.Id) || slices.Contains(ids, q.Id) {
			return fmt.Errorf("property Metrics: the Id %q is there twice, or does not match %s", q.Id, queryID)
		}
		ids = append(ids, q.Id)
		if q.returned() {
			returned++
		}
		if q.MetricStat != nil {
			metrics++
		}
	}
	if returned != 1 || metrics > maxMetrics {
		return fmt.Errorf("property Metrics: %d queries return data and %d are metrics; exactly 1 returns, and at most %d are", returned, metrics, maxMetrics)
	}
	for _, q := range queries {
		if err := q.check(ids); err != nil {
			return fmt.Errorf("property Metrics: %s: %w", q.Id, err)
		}
	}
	return nil
}

func (q metricQuery) check(ids []string) error {
	if (q.Expression == "") == (q.MetricStat == nil) {
		return errors.New("exactly one of Expression and MetricStat is required")
	}
	if q.Expression != "" {
		return checkExpression(q.Expression, ids)
	}
	stat := q.MetricStat
	switch {
	case stat.Metric.Namespace == "" || stat.Metric.MetricName == "":
		return errors.New("Namespace and MetricName of the metric are required")
	case !slices.Contains(statistics, stat.Stat) && !percentile.MatchString(stat.Stat):
		return fmt.Errorf("Stat: %q is not one of %v and does not match %s", stat.Stat, statistics, percentile)
	}
	return checkPeriod(stat.Period)
}

// checkExpression refuses an expression over what is not there.
func checkExpression(expression string, ids []string) error {
	for _, name := range operand.FindAllString(expression, -1) {
		if name[0] != '"' && name[0] != '\'' && !slices.Contains(ids, name) {
			return fmt.Errorf("Expression: there is no query with the Id %s", name)
		}
	}
	return nil
}
