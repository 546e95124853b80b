package stacks

import "fmt"

// Programs has, for each main package ("./lambdas/orders/create-order"), the
// zip archive of its compiled program, named bootstrap, or the folder that
// holds it.
type Programs map[string]string

// The main packages of the functions.
const (
	createOrderPackage   = "./lambdas/orders/create-order"
	getOrderPackage      = "./lambdas/orders/get-order"
	updateOrderPackage   = "./lambdas/orders/update-order"
	publishEventsPackage = "./lambdas/outbox/publish-events"
	notificationPackage  = "./lambdas/notifications/notification"

	createBookingPackage  = "./lambdas/bookings/create-booking"
	getBookingPackage     = "./lambdas/bookings/get-booking"
	updateBookingPackage  = "./lambdas/bookings/update-booking"
	processPaymentPackage = "./lambdas/payments/process-payment"
	assignSeatPackage     = "./lambdas/seats/assign-seat"
	getSeatsPackage       = "./lambdas/seats/get-seats"
	issueTicketPackage    = "./lambdas/tickets/issue-ticket"
)

// packages are all of them.
var packages = []string{
	createOrderPackage, getOrderPackage, updateOrderPackage, publishEventsPackage, notificationPackage,
	createBookingPackage, getBookingPackage, updateBookingPackage, processPaymentPackage,
	assignSeatPackage, getSeatsPackage, issueTicketPackage,
}

// check reports the first program that the stack needs and p lacks.
func (p Programs) check() error {
	for _, pkg := range packages {
		if p[pkg] == "" {
			return fmt.Errorf("no program was built from %s", pkg)
		}
	}
	return nil
}
