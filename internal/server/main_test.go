package server_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(withCluster{m}) }

// withCluster runs tests that may use a cluster.
type withCluster struct{ tests *testing.M }

func (w withCluster) Run() int { return testkube.Main(w.tests) }
