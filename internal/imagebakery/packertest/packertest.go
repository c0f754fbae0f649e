// Package packertest has a Packer for tests: a script that checks its arguments and does
// what the variable "mode" says.
package packertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// script is the program. It tells what it was called with, as Packer tells what it does.
const script = `#!/bin/sh
if [ "$1" = version ]; then
	echo "Packer v1.6.6"
	exit 0
fi
[ "$1" = build ] && [ "$2" = -color=false ] || { echo "Usage: packer build" >&2; exit 9; }
mode=good
manifest=
for one in "$@"; do
	echo "argument: $one"
	case $one in
	mode=*) mode=${one#mode=} ;;
	manifestFile=*) manifest=${one#manifestFile=} ;;
	-var-file=*) echo "==> file: $(cat "${one#-var-file=}")" ;;
	esac
done
env | sort | sed 's/^/environment: /'
echo "==> amazon-ebs: Creating AMI shop-1 from instance i-1"
case $mode in
good) ;;
slow)
	while [ ! -e "$(dirname "$manifest")/go" ]; do sleep 0.05; done
	;;
brief) sleep 2 ;;
fail)
	echo "==> amazon-ebs: Error launching source instance: no such subnet" >&2
	exit 1
	;;
hang) # it cleans up if it is told to stop
	trap 'echo "==> amazon-ebs: Cleanly cancelled builds after being interrupted."; exit 1' INT TERM
	echo "hanging"
	while :; do sleep 0.1; done
	;;
stubborn)
	trap '' INT TERM
	echo "stubborn $$"
	while :; do sleep 0.1; done
	;;
binary) head -c 100000 /dev/urandom ;;
endless) yes "an endless line" | head -c 30000000 ;;
longline) head -c 3000000 /dev/zero | tr '\0' x ;;
killed) kill -9 $$ ;;
child) # it leaves something behind
	(trap '' INT TERM; while :; do sleep 0.1; done) &
	echo "child $!"
	;;
esac
[ -z "$manifest" ] || echo '{"builds":[{"artifact_id":"us-east-1:ami-0aaaaaaaaa"}]}' >"$manifest"
echo "==> Builds finished. The artifacts of successful builds are:"
echo "--> amazon-ebs: AMIs were created:"
echo "us-east-1: ami-0aaaaaaaaa"
`

// Fake writes the program, and gives its path.
func Fake(t testing.TB) string {
	t.Helper()
	return Program(t, script)
}

// Program writes a script that can be run at once, and gives its path.
func Program(t testing.TB, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "packer")
	syscall.ForkLock.RLock()                         // a process that is started meanwhile would have the file open, and it couldn't be run
	err := os.WriteFile(path, []byte(script), 0o700) //nolint:gosec // it is run
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Real gives the path of a real Packer. Without one the test is skipped, or fails if
// GENNAKER_REQUIRE_PACKER is set.
func Real(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("packer")
	switch {
	case err == nil:
		return path
	case os.Getenv("GENNAKER_REQUIRE_PACKER") != "":
		t.Fatal("packer isn't installed")
	}
	t.Skip("packer isn't installed")
	return ""
}

// LetGo has a build in the mode "slow" go on, by its directory.
func LetGo(t testing.TB, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}
