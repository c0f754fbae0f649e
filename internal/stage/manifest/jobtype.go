package manifest

import "github.com/gennaker/gennaker/internal/stage"

// JobType is the stage runJobManifest alone, for stage types that run a Job of
// their own making.
func JobType(provider Provider, options Options) *stage.Type {
	s := &stages{provider: provider, options: options.withDefaults()}
	return s.runJob()
}
