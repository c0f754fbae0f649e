// Package model holds the nouns every other package speaks of: applications,
// pipelines, executions with their stages and tasks, triggers and artifacts.
//
// Their JSON is Spinnaker's, field for field, so that documents can be
// exchanged with Spinnaker's tools unchanged. Free-form parts (stage contexts,
// triggers, pipeline configurations) stay maps, decoded with [json.Number] for
// numbers, so that what was stored is what is given back.
//
// The package does no I/O and imports nothing of the project.
package model
