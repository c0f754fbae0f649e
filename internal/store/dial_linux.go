package store

import (
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// bound has a connection break if what was sent isn't acknowledged in time: by
// default Linux tries for a quarter of an hour, while a failover takes seconds.
func bound(network, _ string, conn syscall.RawConn) (err error) {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	outer := conn.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(silence/time.Millisecond))
	})
	if outer != nil {
		return outer
	}
	return err
}
