package packer

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// lookAgain is how often it is tried to own the builds while another process does.
const lookAgain = time.Second

// Own implements [imagebakery.Builder]. The machine's name is in the directory of its
// builds: who has that directory finds the builds again.
func (b *Builder) Own(ctx context.Context) (machine string, release func(), err error) {
	if err := os.MkdirAll(b.options.Dir, 0o700); err != nil {
		return "", nil, fmt.Errorf("create the directory of the bakes: %w", err)
	}
	path := filepath.Join(b.options.Dir, ".owner")
	file, free := lock(path)
	for tick := time.NewTicker(lookAgain); !free; file, free = lock(path) {
		select {
		case <-ctx.Done():
			tick.Stop()
			return "", nil, context.Cause(ctx)
		case <-tick.C:
		}
	}
	release = func() { _ = file.Close() }
	name, err := os.ReadFile(path)
	if machine = strings.TrimSpace(string(name)); err == nil && machine == "" {
		machine = rand.Text()
		_, err = file.WriteAt([]byte(machine), 0)
	}
	if err != nil {
		release()
		return "", nil, fmt.Errorf("name the owner of the bakes: %w", err)
	}
	return machine, release, nil
}
