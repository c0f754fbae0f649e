// Package engine plans and advances executions, by the rules of Spinnaker's
// Orca. It is pure: it takes an execution, a clock's reading and what tasks
// answered, and gives back the execution's next state and what is to be done.
// The runner around it does the I/O.
package engine
