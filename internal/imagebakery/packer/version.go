package packer

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

// checkTakes is how long Packer may take to tell its version.
const checkTakes = 30 * time.Second

var version = regexp.MustCompile(`(?m)^Packer v(\d+)\.(\d+)\.(\d+)`)

// check finds Packer, and checks that it can be used. It runs it once.
func (b *Builder) check(ctx context.Context) (program string, err error) {
	b.checking.Lock()
	defer b.checking.Unlock()
	if b.program != "" {
		return b.program, nil
	}
	program, err = exec.LookPath(either(b.options.Packer.Path, "packer"))
	if err != nil {
		if b.options.Packer.Path != "" {
			return "", fault.New(fault.Invalid, "Packer can't be run: %v; correct packer.path in the configuration", err)
		}
		return "", fault.New(fault.Invalid, "Packer isn't installed on the server: install it, or set packer.path in the configuration")
	}
	ctx, cancel := context.WithTimeout(ctx, checkTakes)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "version")
	cmd.Env, cmd.WaitDelay = b.environment(os.TempDir()), time.Second
	said := &firstBytes{left: 4 << 10}
	cmd.Stdout, cmd.Stderr = said, said
	failed := cmd.Run()
	if ctx.Err() != nil {
		return "", fault.New(fault.Unavailable, "Packer (%s) doesn't answer when it is asked for its version", program)
	}
	found := version.FindStringSubmatch(said.text.String())
	if failed != nil || found == nil {
		return "", fault.New(fault.Invalid, "%s isn't a Packer that can be used: it doesn't tell its version (packer.path)", program)
	}
	if major, minor := atoi(found[1]), atoi(found[2]); major < 1 || major == 1 && minor < 5 {
		return "", fault.New(fault.Invalid, "Packer %s is too old: install 1.5 or newer", strings.TrimPrefix(found[0], "Packer "))
	}
	b.program = program
	return program, nil
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // digits only; too many are 0
	return n
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// environment is all that Packer sees: what it needs, and the configuration's.
func (b *Builder) environment(home string) []string {
	out := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8", "PACKER_CONFIG_DIR=" + home, "PACKER_CACHE_DIR=" + home,
		"CHECKPOINT_DISABLE=1", "PACKER_NO_COLOR=1",
	}
	for name, value := range b.options.Packer.Environment {
		out = append(out, name+"="+value)
	}
	return out
}

// firstBytes keeps the first bytes that are written.
type firstBytes struct {
	text strings.Builder
	left int
}

func (f *firstBytes) Write(data []byte) (int, error) {
	n := min(len(data), f.left)
	f.left -= n
	f.text.Write(data[:n])
	return len(data), nil
}
