//go:build linux || darwin

package store

import "golang.org/x/sys/unix"

// freeSpace is how many bytes are left for this user on a file's disk.
func freeSpace(path string) (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, err
	}
	return stat.Bavail * uint64(stat.Bsize), nil
}
