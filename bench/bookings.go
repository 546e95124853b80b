package main

import (
	"context"
	"fmt"
)

// measureBookingLatency times one booking at a time.
func measureBookingLatency(ctx context.Context, s settings) (table, error) {
	t := table{title: "One booking at a time", head: []string{"", "p50", "p99"},
		note: fmt.Sprintf("%d rounds of %d bookings, which all get a seat.", s.rounds, perRound)}
	return t, t.addLatencies(ctx, s, bookings(roomy), "POST /booking to ticket, seen by GET")
}

// flightsInTurn is how many flights a round fills, one after the other.
const flightsInTurn = 5

// measureBookingThroughput counts bookings that get their ticket per second,
// with each number of clients posting as fast as they are answered: when all
// want the same flight, of which the last seat is given away, and when they want
// different ones. Each round has a fresh runner.
func measureBookingThroughput(ctx context.Context, s settings) (table, error) {
	many := s.orders / 2
	t := table{
		title: "Bookings per second, from request to ticket",
		head:  []string{"clients", "one flight", fmt.Sprintf("%d flights", spreadFlights), "memory of the runner after that"},
		note: fmt.Sprintf("One flight: all %d seats of %d flights, one flight after the other, each from the first POST until the last ticket. %d flights: %d bookings, spread evenly. A fresh runner each round.",
			seats, flightsInTurn, spreadFlights, many),
	}
	for _, clients := range clientCounts {
		var one, spreadRates, own []float64
		for range s.rounds {
			filled, err := measureLoad(ctx, s, load{bookings(oneByOne), seats, flightsInTurn, clients})
			if err != nil {
				return t, fmt.Errorf("one flight, %d clients: %w", clients, err)
			}
			apart, err := measureLoad(ctx, s, load{bookings(spreadOut), many, 1, clients})
			if err != nil {
				return t, fmt.Errorf("%d flights, %d clients: %w", spreadFlights, clients, err)
			}
			one, spreadRates, own = append(one, filled.rate), append(spreadRates, apart.rate), append(own, apart.own)
		}
		t.add(fmt.Sprint(clients), spread(one, "/s"), spread(spreadRates, "/s"), spread(own, "MB"))
	}
	return t, nil
}
