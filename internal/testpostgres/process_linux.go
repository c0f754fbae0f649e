package testpostgres

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

const immediateShutdown = syscall.SIGQUIT

// unprivileged says how the server is run: to end with this process, and, as
// PostgreSQL refuses to run as root, as another user then, who gets the folder.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{Pdeathsig: immediateShutdown}
	if os.Geteuid() != 0 {
		return attributes, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, err
		}
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attributes, nil
	}
	return nil, fmt.Errorf("no user postgres or nobody to run the server as")
}
