// Command goldens holds Gennaker to answers that were recorded from the real
// systems: it runs every case of a directory through the real code, prints a line
// for each mismatch and then how many match, and exits with 1 if any case differs
// that isn't declared, with a reason, as a difference.
//
//	go run ./tools/goldens echo DIR
//	go run ./tools/goldens orca DIR
//	go run ./tools/goldens spel DIR
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/tools/goldens/echo"
	"github.com/gennaker/gennaker/tools/goldens/orca"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
	"github.com/gennaker/gennaker/tools/goldens/spel"
)

// suites are the systems whose answers were recorded.
var suites = map[string]recorded.Suite{
	"echo": echo.Suite{},
	"orca": orca.Suite{},
	"spel": spel.Suite{},
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "goldens:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 2 || suites[args[0]] == nil {
		names := make([]string, 0, len(suites))
		for name := range suites {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("usage: goldens SUITE DIR; the suites are %s", strings.Join(names, ", "))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	report, err := suites[args[0]].Run(ctx, args[1])
	if err != nil {
		return err
	}
	report.Print(out)
	if !report.OK() {
		return errors.New("some cases differ that aren't declared as differences")
	}
	return nil
}
