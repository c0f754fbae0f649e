// Package crashtest kills servers while they work, and checks that nothing is
// lost and nothing that was done is done again: users go through every stage type
// on a real cluster, while processes are killed, connections break and the
// database fails over.
//
// Each test is short by default. GENNAKER_SOAK, such as 30m, has it go on for so
// long; GENNAKER_SEED repeats what was drawn.
package crashtest
