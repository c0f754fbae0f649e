package realnode

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// kernelSettings are what the kubelet wants of the kernel. They are the whole
// machine's, so the node gets files to set instead.
var kernelSettings = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// arrangeMounts makes the node's view of the file system: the machine's, but
// with an empty /run and /var, in which the sandbox's own files stay visible.
func arrangeMounts(p *Plan) error {
	// Nothing done here is to be seen outside, but what pods mount is to be
	// seen by other pods.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: private: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("mount: shared: %w", err)
	}
	kept, err := unix.Open(p.Keep, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("mount: %s: %w", p.Keep, err)
	}
	defer func() { _ = unix.Close(kept) }()
	for _, dir := range []string{"/run", "/var"} {
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
			return fmt.Errorf("mount: %s: %w", dir, err)
		}
	}
	if err := os.Symlink("/run", "/var/run"); err != nil {
		return err
	}
	for _, dir := range []string{"/var/log", "/var/lib", "/var/tmp", "/var/cache", "/run/lock"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(p.Keep, 0o755); err != nil { // a no-op unless it was hidden just now
		return err
	}
	if err := unix.Mount("/proc/self/fd/"+strconv.Itoa(kept), p.Keep, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mount: %s: %w", p.Keep, err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount: /proc: %w", err)
	}
	return standInForSettings(p)
}

func standInForSettings(p *Plan) error {
	for setting, value := range kernelSettings {
		path := "/proc/sys/" + setting
		if _, err := os.Stat(path); err != nil {
			continue // a kernel without it
		}
		file := p.path("sys", setting)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(file, path, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount: %s: %w", path, err)
		}
	}
	return nil
}
