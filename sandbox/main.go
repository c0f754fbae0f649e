// Command sandbox runs a real Kubernetes control plane with simulated nodes,
// for Gennaker's demo and for its tests. See README.md.
package main

import (
	"os"

	"github.com/gennaker/gennaker/sandbox/internal/cli"
	"github.com/gennaker/gennaker/sandbox/internal/component"
	"github.com/gennaker/gennaker/sandbox/internal/realnode"
)

func main() {
	if name, args, ok := component.Requested(os.Args); ok {
		if name == realnode.Component {
			os.Exit(realnode.Main(args[1:]))
		}
		os.Exit(component.Main(name, args))
	}
	os.Exit(cli.Main())
}
