package ledgertest_test

import (
	"testing"

	"eda-demo/internal/notification/ledgertest"
)

func TestMemory(t *testing.T) { ledgertest.Run(t, &ledgertest.Memory{}) }
