package helm

import (
	"runtime/debug"
	"sync"
)

// Version is the version of Helm's packages, such as v4.2.4. It is that of the module; a
// program that doesn't know its modules has "v4".
var Version = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "helm.sh/helm/v4" {
				return m.Version
			}
		}
	}
	return "v4"
})
