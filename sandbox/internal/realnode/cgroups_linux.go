package realnode

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cgroupMounts are the mount points of control group hierarchies: of version 1
// one for each controller, of version 2 at most one. Some machines have both.
func cgroupMounts() (one, two []string, err error) {
	mounts, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil, nil, err
	}
	defer mounts.Close()
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 || !strings.HasPrefix(fields[1], "/sys/fs/cgroup") {
			continue
		}
		switch fields[2] {
		case "cgroup":
			one = append(one, fields[1])
		case "cgroup2":
			two = append(two, fields[1])
		}
	}
	return one, two, nil
}

// cgroupRoots are the hierarchies that kubelets use: those of version 1 where
// there are any.
func cgroupRoots() ([]string, error) {
	one, two, err := cgroupMounts()
	switch {
	case err != nil:
		return nil, err
	case len(one) > 0:
		return one, nil
	case len(two) > 0:
		return two, nil
	default:
		return nil, errors.New("a real node needs control groups, and none are mounted")
	}
}

// createCgroups makes the control groups below which the kubelet makes its own.
func createCgroups(name string) error {
	roots, err := cgroupRoots()
	if err != nil {
		return err
	}
	for _, root := range roots {
		dir := filepath.Join(root, name)
		if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("control group: %w", err)
		}
		// In version 1 a new group of this controller has no CPUs at all.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(root, file))
			if err != nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, file), value, 0o644); err != nil {
				return fmt.Errorf("control group: %w", err)
			}
		}
	}
	return nil
}

// removeCgroups removes control groups that have no processes any more, from
// all hierarchies: runc makes some where the kubelet doesn't.
func removeCgroups(name string) error {
	one, two, err := cgroupMounts()
	if err != nil {
		return err
	}
	var errs []error
	for _, root := range append(one, two...) {
		var dirs []string
		_ = filepath.WalkDir(filepath.Join(root, name), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				dirs = append(dirs, path)
			}
			return nil
		})
		slices.Reverse(dirs) // children before their parents
		for _, dir := range dirs {
			if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// sweepCgroups removes what nodes left behind whose sandboxes were killed: the
// control groups whose index has no link.
func sweepCgroups() {
	one, two, err := cgroupMounts()
	if err != nil {
		return
	}
	for _, root := range append(one, two...) {
		dirs, _ := filepath.Glob(filepath.Join(root, cgroupPrefix+"[0-9]*"))
		for _, dir := range dirs {
			index, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), cgroupPrefix))
			if err == nil && !(&Plan{Index: index}).linked() {
				_ = removeCgroups(filepath.Base(dir))
			}
		}
	}
}
