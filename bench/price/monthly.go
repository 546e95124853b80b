package price

// Fixed is something that is billed by the month.
type Fixed struct {
	What  string
	Count float64
	USD   float64 // a month
}

// keyCallsOfTopic is how often an encrypted topic with one publisher calls KMS
// in a month at most: twice in each five minutes.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
const keyCallsOfTopic = 2 * 12 * 24 * daysOfMonth

// daysOfMonth is how many days a month has for what is kept for some days only.
const daysOfMonth = 30

// Monthly is what is paid each month, orders or not, and what keeping the data
// of a million orders costs. metrics is how many custom metrics there are.
func (d Design) Monthly(u Usage, metrics int) []Fixed {
	table, archive := u.Stored*Million/1e9, u.EventBytes*Million/1e9
	recoverable := 0.0
	if d.Recoverable {
		recoverable = table
	}
	keyCalls := d.EncryptedTopics * keyCallsOfTopic
	logs := u.LogBytes * Million / 1e9
	return []Fixed{
		{"alarms, by metric", d.AlarmMetrics, d.AlarmUSD},
		{"dashboards", d.Dashboards, d.Dashboards * dashboard},
		{"custom metrics", float64(metrics), float64(metrics) * customMetric},
		{"keys in KMS", d.Keys, d.Keys * ownKey},
		{"calls of KMS", keyCalls, keyCalls * keyCall},
		{"GB of a million orders in tables", table, table*storedTableGB + recoverable*recoverableGB},
		{"GB of their logs, while kept", logs, logs * storedLogGB * min(1, d.LogDays/daysOfMonth)},
		{"GB of their events in archives, while kept", archive * float64(d.Archives), archive * d.ArchiveMonths * storedArchivedGB},
	}
}
