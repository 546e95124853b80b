package lambda_test

import "testing"

func TestPrepare(t *testing.T) {
	c := start(t)
	c.upload("one", true)
	c.service.Prepare("b", "one")
	eventually(t, "the code is unpacked", func() bool { return c.folders() == 1 })
	c.mustCreate(definition("Function", "F", at("one", "")))
	if got := c.running(); got != "one" || c.folders() != 1 {
		t.Errorf("%s runs, of %d folders; want one, of the one that was prepared", got, c.folders())
	}
}

// TestPreparedInVain prepares what no function is made of, and what can't be.
func TestPreparedInVain(t *testing.T) {
	c := start(t)
	c.upload("one", true)
	c.upload("broken", false)
	for _, key := range []string{"one", "broken", "none", ""} {
		c.service.Prepare("b", key)
	}
	c.stop()
	if c.folders() != 0 {
		t.Error("code is there still when the service is closed")
	}
}
