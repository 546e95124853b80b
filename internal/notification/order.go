package notification

import (
	"errors"
	"fmt"
	"log/slog"

	"eda-demo/internal/event"
)

// order is a writer for an event about an order, whose id is put into the
// subject and the sentence.
func order(subject, sentence string) writer {
	return reading(func(d event.OrderDetail) (words, error) {
		if d.ID < 1 {
			return words{}, errors.New("it has no order's id")
		}
		return words{
			about:    slog.Int64("orderId", d.ID),
			subject:  fmt.Sprintf(subject, d.ID),
			sentence: fmt.Sprintf(sentence, d.ID),
			facts:    []fact{{"Order", d.ID}},
		}, nil
	})
}
