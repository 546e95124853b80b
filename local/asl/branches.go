package asl

// parallel takes the branches of a Parallel state.
func (n *node) parallel() []*flow {
	n.require("Branches")
	given := n.has("Branches")
	nodes := n.list("Branches")
	if given && len(nodes) == 0 {
		n.fail("Branches", "Expected at least one branch")
	}
	flows := make([]*flow, len(nodes))
	for i, branch := range nodes {
		branch.optionalString("Comment")
		flows[i] = branch.flow()
		branch.done()
	}
	return flows
}

// each is what a Map state does.
type each struct {
	processor *flow
	// field is ItemProcessor, or Iterator in older definitions.
	field string
	items path
	// item overrides the input of each iteration; nil for the element itself.
	item expression
	// concurrency is 0 for no limit of the definition's own.
	concurrency     int64
	concurrencyPath *path
}

func (n *node) each() *each {
	n.refuse("only distributed Map states have it, which are not supported",
		"ItemReader", "ItemBatcher", "ResultWriter", "Label",
		"ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath")
	n.exclusive("ItemProcessor", "Iterator")
	n.exclusive("ItemSelector", "Parameters")
	n.exclusive("MaxConcurrency", "MaxConcurrencyPath")
	e := &each{items: rootPath}
	if p, ok := n.reference("ItemsPath"); ok {
		e.items = p
	}
	e.item = n.template("ItemSelector")
	if n.has("Parameters") {
		e.item = n.template("Parameters")
	}
	e.concurrency, _ = n.integer("MaxConcurrency", 0)
	if p, ok := n.reference("MaxConcurrencyPath"); ok {
		e.concurrencyPath = &p
	}
	n.processor(e)
	return e
}

func (n *node) processor(e *each) {
	e.field = "ItemProcessor"
	if n.has("Iterator") {
		e.field = "Iterator"
	}
	n.require(e.field)
	text, ok := n.take(e.field)
	if !ok {
		return
	}
	p := n.parser.node(n.path+"/"+e.field, text)
	p.optionalString("Comment")
	if config, ok := p.take("ProcessorConfig"); ok {
		c := n.parser.node(p.path+"/ProcessorConfig", config)
		if mode, ok := c.optionalString("Mode"); ok && mode != "INLINE" {
			c.fail("Mode", "Mode %q is not supported, only INLINE", mode)
		}
		c.done()
	}
	e.processor = p.flow()
	p.done()
}

// limit returns how many iterations may run at once; 0 for any number.
func (e *each) limit(d data) (int64, error) {
	if e.concurrencyPath == nil {
		return e.concurrency, nil
	}
	value, err := e.concurrencyPath.get(d)
	if err != nil {
		return 0, err
	}
	limit, err := wholeNumber(value, "MaxConcurrencyPath", e.concurrencyPath.text)
	if err == nil && limit < 0 {
		err = faultf("MaxConcurrency cannot be negative.")
	}
	return limit, err
}
