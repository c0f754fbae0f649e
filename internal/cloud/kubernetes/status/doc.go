// Package status tells from an object alone how it is doing, in Spinnaker's
// terms: stable, paused, available, failed. There is a function for each kind,
// all pure; the rules are clouddriver's where it has any, else those of
// kstatus, so that custom resources need no code.
package status
