//go:build !linux

package packer

import "syscall"

// attributes give Packer a group of its own.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// born can't be told here: nothing is killed by its number.
func born(int) string { return "" }
