//go:build !linux

package server

// dropFilePages does nothing where the system has no such advice.
func dropFilePages() {}

// residentMemory is not known here.
func residentMemory() int64 { return 0 }
