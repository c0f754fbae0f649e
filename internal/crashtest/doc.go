// Package crashtest kills servers while they work, and checks that nothing is
// lost and nothing that was done is done again.
package crashtest
