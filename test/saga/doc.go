// Package saga holds bookings to their end: the services of booking, payment,
// seats, tickets and notifications, with everything between them in memory and
// decided by a seed. Whatever a seed does, the same seed does it again.
package saga
