package architecture

import (
	"maps"
	"slices"

	"eda-demo/test/synthesized"
)

const (
	ownLogGroup     = "every function has a log group of its own, with a retention, and logs JSON"
	tracing         = "every function and state machine is traced"
	ownRole         = "every function has a role that nothing else has"
	chosenSize      = "every function has a timeout and memory, and runs on the architecture that is the target"
	failuresKept    = "what invokes a function asynchronously has its failures kept, after retries with an end"
	mappingsBounded = "every event source mapping ends its retries and keeps its failures"
)

var functionRules = []rule{
	{ownLogGroup, checkOwnLogGroup},
	{tracing, checkTracing},
	{ownRole, checkOwnRole},
	{chosenSize, checkChosenSize},
	{failuresKept, checkFailuresKept},
	{mappingsBounded, checkMappingsBounded},
}

func checkOwnLogGroup(d deployment) (broken []finding) {
	users := map[string]string{}
	for _, fn := range d.OfType(functionType) {
		group := d.Referred(fn.Text("LoggingConfig", "LogGroup"))
		days, _ := group.At("RetentionInDays").(float64)
		switch {
		case group.Type != "AWS::Logs::LogGroup":
			broken = append(broken, found(fn, "has no log group"))
		case days < 1:
			broken = append(broken, found(fn, "has a log group without a retention"))
		case users[group.ID] != "":
			broken = append(broken, found(fn, "shares its log group with %s", users[group.ID]))
		case fn.Text("LoggingConfig", "LogFormat") != "JSON":
			broken = append(broken, found(fn, "does not log JSON"))
		}
		users[group.ID] = fn.Name()
	}
	return broken
}

func checkTracing(d deployment) (broken []finding) {
	for _, fn := range d.OfType(functionType) {
		if mode := fn.Text("TracingConfig", "Mode"); mode != "Active" {
			broken = append(broken, found(fn, "has tracing %s", mode))
		}
	}
	for _, machine := range d.OfType("AWS::StepFunctions::StateMachine") {
		if machine.At("TracingConfiguration", "Enabled") != true {
			broken = append(broken, found(machine, "is not traced"))
		}
	}
	return broken
}

func checkOwnRole(d deployment) (broken []finding) {
	for _, fn := range d.OfType(functionType) {
		role := d.Referred(fn.Text("Role"))
		if role.Type != "AWS::IAM::Role" {
			broken = append(broken, found(fn, "has no role of this template"))
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(d.Resources)) {
			if id != fn.ID && synthesized.Refers(d.Resources[id].Properties, role.ID) {
				broken = append(broken, found(fn, "shares its role with %s", d.Resources[id].Name()))
			}
		}
	}
	return broken
}

func checkChosenSize(d deployment) (broken []finding) {
	for _, fn := range d.OfType(functionType) {
		timeout, _ := fn.At("Timeout").(float64)
		memory, _ := fn.At("MemorySize").(float64)
		if timeout < 1 || memory < 128 {
			broken = append(broken, found(fn, "has a timeout of %v s and %v MB", timeout, memory))
		}
		if got := fn.Text("Architectures", 0); got != d.architecture() {
			broken = append(broken, found(fn, "runs on %s, not %s", got, d.architecture()))
		}
	}
	return broken
}

// callee is what is invoked: a function and its version or alias.
type callee struct{ function, qualifier string }

func (d deployment) callee(arn string) callee {
	switch r := d.Referred(arn); r.Type {
	case functionType:
		return callee{r.ID, "$LATEST"}
	case "AWS::Lambda::Alias":
		return callee{d.Referred(r.Text("FunctionName")).ID, r.Text("Name")}
	case "AWS::Lambda::Version":
		return callee{d.Referred(r.Text("FunctionName")).ID, "${" + r.ID + ".Version}"}
	}
	return callee{}
}

// asynchronous returns what is invoked asynchronously, and by which resource.
func (d deployment) asynchronous() map[callee]synthesized.Resource {
	invoked := map[callee]synthesized.Resource{}
	for _, r := range d.OfType(ruleType) {
		for i := range r.List("Targets") {
			invoked[d.callee(r.Text("Targets", i, "Arn"))] = r
		}
	}
	for _, r := range d.OfType("AWS::SNS::Subscription") {
		invoked[d.callee(r.Text("Endpoint"))] = r
	}
	// Only API Gateway, of the services that invoke functions here, waits for
	// them: who else has a permission does not.
	for _, r := range d.OfType("AWS::Lambda::Permission") {
		if r.Text("Principal") != "apigateway.amazonaws.com" {
			invoked[d.callee(r.Text("FunctionName"))] = r
		}
	}
	delete(invoked, callee{})
	return invoked
}

func checkFailuresKept(d deployment) (broken []finding) {
	kept := map[callee]bool{}
	for _, c := range d.OfType("AWS::Lambda::EventInvokeConfig") {
		retries, set := c.At("MaximumRetryAttempts").(float64)
		age, _ := c.At("MaximumEventAgeInSeconds").(float64)
		if !set || age < 60 {
			broken = append(broken, found(c, "retries %v times for %v s", retries, age))
		}
		kept[callee{d.Referred(c.Text("FunctionName")).ID, c.Text("Qualifier")}] = d.keepsFailures(c)
	}
	for of, by := range d.asynchronous() {
		if !kept[of] {
			broken = append(broken, found(d.Resources[of.function], "is invoked as %s by %s, and its failures are dropped", of.qualifier, by.Name()))
		}
	}
	return broken
}

// keepsFailures tells whether a resource that configures invocations leads the
// failed ones to a queue.
func (d deployment) keepsFailures(r synthesized.Resource) bool {
	return d.Referred(r.Text("DestinationConfig", "OnFailure", "Destination")).Type == queueType
}

func checkMappingsBounded(d deployment) (broken []finding) {
	for _, m := range d.OfType("AWS::Lambda::EventSourceMapping") {
		retries, set := m.At("MaximumRetryAttempts").(float64)
		age, _ := m.At("MaximumRecordAgeInSeconds").(float64)
		// A queue has its own way: the redrive policy.
		ofQueue := d.Referred(m.Text("EventSourceArn")).At("RedrivePolicy") != nil
		if !ofQueue && (!set || retries < 0 || age < 60) {
			broken = append(broken, found(m, "retries %v times for %v s", retries, age))
		}
		if !ofQueue && !d.keepsFailures(m) {
			broken = append(broken, found(m, "drops failures"))
		}
	}
	return broken
}
