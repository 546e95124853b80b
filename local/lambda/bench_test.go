package lambda_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

func BenchmarkParallelInvoke(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(clients, " clients"), func(b *testing.B) {
			c := start(b)
			c.function("")
			admin := iam.Admin(doortest.Account)
			in := map[string]any{"FunctionName": "f", "Payload": json.RawMessage(`{"text":"hello"}`)}
			var failures atomic.Int64
			b.SetParallelism(max(1, clients/runtime.GOMAXPROCS(0)))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if c.door.Call(b.Context(), admin, "lambda", "Invoke", in, nil) != nil {
						failures.Add(1)
					}
				}
			})
			if n := failures.Load(); n > 0 {
				b.Errorf("%d failures, want 0", n)
			}
		})
	}
}
