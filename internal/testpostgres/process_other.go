//go:build !linux

package testpostgres

import (
	"os"
	"syscall"
)

var immediateShutdown = os.Interrupt

// unprivileged says how the server is run: as this user.
func unprivileged(string) (*syscall.SysProcAttr, error) { return nil, nil }
