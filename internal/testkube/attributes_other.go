//go:build !linux

package testkube

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }
