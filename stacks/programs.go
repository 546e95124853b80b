package stacks

import "fmt"

// Programs has, for each main package ("./lambdas/orders/create-order"), the
// folder that holds its compiled program, named bootstrap.
type Programs map[string]string

// The main packages of the functions.
const (
	createOrderPackage   = "./lambdas/orders/create-order"
	getOrderPackage      = "./lambdas/orders/get-order"
	updateOrderPackage   = "./lambdas/orders/update-order"
	publishEventsPackage = "./lambdas/outbox/publish-events"
	notificationPackage  = "./lambdas/notifications/notification"
)

// check reports the first program that the stack needs and p lacks.
func (p Programs) check() error {
	for _, pkg := range []string{
		createOrderPackage, getOrderPackage, updateOrderPackage, publishEventsPackage, notificationPackage,
	} {
		if p[pkg] == "" {
			return fmt.Errorf("no program was built from %s", pkg)
		}
	}
	return nil
}
