// Package price models what a design costs on AWS: so many orders, each using
// so much, at the prices of one Region and date.
//
// What is billed by use is a Cost, from a Design, which is read from a
// CloudFormation template, and the Usage of one order. What is billed by the
// month, orders or not, is in the Design alone. Free tiers and discounts for
// large volumes are left out.
package price

// Where and when the prices were those below. They are USD before tax.
const (
	Region = "us-east-1"
	Date   = "November 2026"
)

// Million is how many orders a cost is for.
const Million = 1e6

// Prices by use, each for one. Where to check them:
// https://aws.amazon.com/pricing/. Not checked there, but from memory, are those
// of an express GB-second, of SNS publications, of archived events and their
// storage; by the month, those of alarms, dashboards, metrics and KMS.
const (
	httpRequest     = 1.00 / 1e6 // up to 512 KB
	restRequest     = 3.50 / 1e6
	invocation      = 0.20 / 1e6
	armGBSecond     = 0.0000133334
	x86GBSecond     = 0.0000166667
	customEvent     = 1.00 / 1e6 // each started 64 KB of it
	archivedGB      = 0.10
	stateTransition = 25.00 / 1e6
	expressStart    = 1.00 / 1e6
	expressGBSecond = 0.00001667
	writeUnit       = 0.625 / 1e6
	readUnit        = 0.125 / 1e6
	queueCall       = 0.40 / 1e6
	publication     = 0.50 / 1e6
	mail            = 2.00 / 1e5
	ingestedGB      = 0.50 // of logs of the standard class
	recordedTrace   = 5.00 / 1e6
)

// Prices by the month.
const (
	alarmMetric      = 0.10 // each metric that an alarm looks at
	fastAlarmMetric  = 0.30 // the same, more often than every minute
	compositeAlarm   = 0.50
	dashboard        = 3.00
	customMetric     = 0.30
	ownKey           = 1.00
	keyCall          = 0.03 / 1e4
	storedTableGB    = 0.25
	recoverableGB    = 0.20 // of tables with point-in-time recovery
	storedLogGB      = 0.03
	storedArchivedGB = 0.023
)
