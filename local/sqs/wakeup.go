package sqs

import "time"

// wakeup is the time at which a hidden message is to be shown, as far as that
// was not changed since.
type wakeup struct {
	at      time.Time
	message *message
}

// wakeups is a heap, the earliest first.
type wakeups []wakeup

func (w wakeups) Len() int           { return len(w) }
func (w wakeups) Less(i, j int) bool { return w[i].at.Before(w[j].at) }
func (w wakeups) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }

// Push implements heap.Interface.
func (w *wakeups) Push(x any) { *w = append(*w, x.(wakeup)) }

// Pop implements heap.Interface.
func (w *wakeups) Pop() any {
	last := len(*w) - 1
	popped := (*w)[last]
	(*w)[last] = wakeup{}
	*w = (*w)[:last]
	return popped
}
