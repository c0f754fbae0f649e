// Package store keeps everything that must outlast a process: applications,
// pipelines and other documents with their histories, and executions with
// their stages, signals and wake counters. It runs on SQLite (one process, one
// file) or PostgreSQL (any number of processes), with one schema and, save for
// a few named seams, one SQL text for both.
//
// Reads are methods of [Store]; every change is a method of [Tx] inside
// [Store.Write], so that callers put together in one transaction what belongs
// together: an execution's transition, its job in the queue, and the event
// that tells of it.
//
// The schema enforces what must hold whatever the code does: known statuses
// and types, one execution per correlation id, one live pipeline per name,
// stages and signals that go with their execution.
package store
