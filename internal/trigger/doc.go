// Package trigger decides which pipelines an event starts, and with what: what Echo's
// trigger event handlers do in Spinnaker. It is pure: events and triggers go in, and a
// [Decision] for each trigger comes out, which says what was compared with what.
//
// Each type of trigger is a [Kind], in a file of its own, listed in kinds.go. Packages
// below this one receive events (webhook), keep them and what was decided (eventlog),
// and watch the clock (schedule).
package trigger
