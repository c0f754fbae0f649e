// Package subscription reads the subscriptions of message systems: each message is an
// event, which starts the pipelines whose triggers listen to it.
//
// All processes that advance executions read all subscriptions, each of them its share of
// the messages. A message is acknowledged once its event is stored; one that comes again is
// told by its id, and starts nothing. A message that can't start anything, because it isn't
// JSON or is too large, is acknowledged too, and its event says why. While the database is
// away, messages go back to their system, and come again.
//
// A subscription is a resource of the kind "subscription", whose status tells how reading
// goes.
package subscription
