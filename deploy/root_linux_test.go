package deploy

import "syscall"

// inRoot has a process see a directory as the root, as a user.
func inRoot(dir string, user, group uint32) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Chroot: dir, Credential: &syscall.Credential{Uid: user, Gid: group}}
}
