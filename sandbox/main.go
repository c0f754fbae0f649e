// Command sandbox runs a real Kubernetes control plane with simulated nodes,
// for Gennaker's demo and for its tests. See README.md.
package main

import (
	"os"

	"github.com/gennaker/gennaker/sandbox/internal/cli"
	"github.com/gennaker/gennaker/sandbox/internal/component"
)

func main() {
	if name, args, ok := component.Requested(os.Args); ok {
		os.Exit(component.Main(name, args))
	}
	os.Exit(cli.Main())
}
