package config

import (
	"slices"
	"strings"
)

// UnknownVariables says which variables of an environment look as if they should
// set a key and set none: misspelled ones, most likely. Each is a sentence, with the
// nearest one that there is, if any.
func UnknownVariables(env []string) []string {
	var known []string
	for _, key := range Keys() {
		if key.Env != "" {
			known = append(known, key.Env)
		}
	}
	var unknown []string
	for _, variable := range env {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, envPrefix) && !slices.Contains(known, name) && !foreign(name) {
			unknown = append(unknown, "the environment variable "+name+" sets nothing"+maybe(name, known))
		}
	}
	return unknown
}

// foreign tells whether a variable is there for something else: the commands
// that ask a server, the tests, or Kubernetes, which describes a Service named gennaker to every pod.
func foreign(name string) bool {
	rest := strings.TrimPrefix(name, envPrefix)
	if slices.Contains([]string{"ENDPOINT", "USER", "USERNAME", "TOKEN", "PASSWORD", "FROM"}, rest) {
		return true
	}
	for _, prefix := range []string{"CONFIG", "FROM_", "SANDBOX", "REQUIRE_", "SOAK", "SEED", "TEST_", "PORT", "SERVICE_"} {
		if strings.HasPrefix(rest, prefix) {
			return true
		}
	}
	return strings.Contains(rest, "_SERVICE_") || strings.Contains(rest, "_PORT_") || strings.HasSuffix(rest, "_PORT")
}
