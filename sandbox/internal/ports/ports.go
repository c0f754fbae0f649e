// Package ports picks free TCP ports.
package ports

import (
	"fmt"
	"net"
)

// Free returns n different TCP ports that were free on host a moment ago. All
// are held at once while choosing, so they differ; another program may still
// take one before it is used, which the caller has to notice.
func Free(host string, n int) ([]int, error) {
	chosen := make([]int, 0, n)
	var held []net.Listener
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	for range n {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, fmt.Errorf("ports: %w", err)
		}
		held = append(held, l)
		chosen = append(chosen, l.Addr().(*net.TCPAddr).Port)
	}
	return chosen, nil
}
