// Package deploy has the tests of what installs Gennaker: the chart, the systemd unit,
// the Dockerfile, and the files of a release.
package deploy

import (
	"flag"
	"os"
	"testing"

	"github.com/gennaker/gennaker/internal/testkube"
)

var update = flag.Bool("update", false, "write the generated files")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(testkube.Main(m))
}
