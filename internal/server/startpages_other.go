//go:build !linux

package server

// dropStartPages does nothing where the system has no such advice.
func dropStartPages() {}
