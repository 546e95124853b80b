package seat

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/trace"
)

// Why bookings get no seat, for their customers.
const (
	flightFull       = "the flight is full"
	bookingCancelled = "the booking was cancelled"
)

// request is a paid booking that is to get a seat.
type request struct {
	event.BookingPaymentDetail
	at event.Time
	// metadata is that of the event which will tell of the decision, whatever
	// that is: one is announced at most.
	metadata event.Metadata
	trace    string
}

// assign decides for a booking that is paid, and announces the decision.
func (s *Service) assign(ctx context.Context, detail event.BookingPaymentDetail, cause event.Metadata) error {
	if err := checkIDs(detail.BookingID, detail.CustomerID, detail.FlightID); err != nil {
		return err
	}
	r := request{detail, event.At(s.now()), event.CausedBy(cause, s.newID()), trace.Header(ctx)}
	stands, decided, err := s.decide(ctx, r)
	if err == nil && stands.Status == Withdrawn {
		stands, decided, err = s.failWithdrawn(ctx, r)
	}
	log := s.logger(r.BookingID, r.FlightID, cause)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "seat not assigned", "error", err)
	case !decided:
		log.InfoContext(ctx, "seat was decided before, nothing changed", "status", stands.Status, "seat", stands.Seat)
	case stands.Status == Assigned:
		log.InfoContext(ctx, "seat assigned", "seat", stands.Seat, "eventId", r.metadata.EventID)
	default:
		log.InfoContext(ctx, "no seat assigned", "reason", stands.Reason, "eventId", r.metadata.EventID)
	}
	return err
}

// decide gives the booking a seat or refuses it one, unless it was decided
// before. It returns what stands, and whether that was decided now.
func (s *Service) decide(ctx context.Context, r request) (stands Assignment, decided bool, err error) {
	switch {
	case r.Seat == "":
		return s.anySeat(ctx, r)
	case !s.layout.Has(r.Seat):
		return s.refuse(ctx, r, noSuchSeat(r.Seat))
	}
	stands, decided, err = s.claim(ctx, r, r.Seat)
	if errors.Is(err, ErrTaken) {
		return s.refuse(ctx, r, fmt.Sprintf("seat %s is taken", r.Seat))
	}
	return stands, decided, err
}

// noSuchSeat is a reason that can be told, whatever was chosen: without one, no
// payment is given back.
func noSuchSeat(chosen string) string {
	if !ident.ValidSeat(chosen) {
		return "there is no such seat"
	}
	return "there is no seat " + chosen
}

// anySeat finds the booking a seat. It tries one first without knowing which
// are taken: on a flight with room that succeeds mostly, and nothing is read.
// Each further attempt is at a seat that was free a moment ago, so somebody
// else has got a seat when it fails: in the end there is one or there is none.
// That there is none was seen by a read of all that are taken, and as no seat
// is given back, it stays so; bookings that come later are told by one item.
func (s *Service) anySeat(ctx context.Context, r request) (stands Assignment, decided bool, err error) {
	full, err := s.store.Full(ctx, r.FlightID, s.layout)
	if err != nil {
		return Assignment{}, false, err
	}
	if full {
		return s.refuse(ctx, r, flightFull)
	}
	for free := s.layout.Free(nil); len(free) > 0; {
		stands, decided, err = s.claim(ctx, r, free[spread(r.BookingID)%uint64(len(free))])
		if !errors.Is(err, ErrTaken) {
			return stands, decided, err
		}
		taken, err := s.store.Taken(ctx, r.FlightID)
		if err != nil {
			return Assignment{}, false, err
		}
		free = s.layout.Free(taken)
	}
	if err := s.store.MarkFull(ctx, r.FlightID, s.layout); err != nil {
		return Assignment{}, false, err
	}
	return s.refuse(ctx, r, flightFull)
}

// spread is a number by which bookings go for different seats, so that many at
// once rarely meet at one.
func spread(bookingID string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(bookingID)) // never fails
	return h.Sum64()
}

// claim gives the booking a seat, or fails with ErrTaken.
func (s *Service) claim(ctx context.Context, r request, seat string) (stands Assignment, claimed bool, err error) {
	announces, err := event.Announce(event.SeatAssigned, r.at, r.metadata, event.SeatAssignedDetail{
		BookingID: r.BookingID, CustomerID: r.CustomerID, Seat: seat, Metadata: r.metadata,
	}, r.trace)
	if err != nil {
		return Assignment{}, false, err
	}
	a := Assignment{BookingID: r.BookingID, FlightID: r.FlightID, Status: Assigned, Seat: seat, Decided: r.at}
	return s.store.Claim(ctx, a, announces)
}

// refuse says that the booking gets no seat.
func (s *Service) refuse(ctx context.Context, r request, reason string) (stands Assignment, decided bool, err error) {
	a, announces, err := r.failed(reason)
	if err != nil {
		return Assignment{}, false, err
	}
	return s.store.Create(ctx, a, announces)
}

// failWithdrawn says so of a booking that was cancelled before, which was not
// announced: its payment, now that there is one, is to be given back.
func (s *Service) failWithdrawn(ctx context.Context, r request) (stands Assignment, decided bool, err error) {
	return s.store.Change(ctx, r.BookingID, func(stands Assignment) (Assignment, *event.Pending, bool, error) {
		if stands.Status != Withdrawn {
			return stands, nil, false, nil
		}
		next, announces, err := r.failed(bookingCancelled)
		return next, announces, true, err
	})
}

func (r request) failed(reason string) (Assignment, *event.Pending, error) {
	announces, err := event.Announce(event.SeatAssignmentFailed, r.at, r.metadata, event.SeatAssignmentFailedDetail{
		BookingID: r.BookingID, CustomerID: r.CustomerID, FlightID: r.FlightID, Reason: reason, Metadata: r.metadata,
	}, r.trace)
	a := Assignment{BookingID: r.BookingID, FlightID: r.FlightID, Status: Failed, Reason: reason, Decided: r.at}
	return a, &announces, err
}
