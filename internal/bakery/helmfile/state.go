package helmfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// state is a helmfile, with its parts and bases merged.
type state struct {
	file   string
	fields map[string]any
}

// fieldsOfState are the fields that a helmfile may have: whether they have an effect on
// what is rendered, or none.
var fieldsOfState = map[string]bool{
	"bases": true, "environments": true, "values": true, "repositories": true, "releases": true, "helmfiles": true, "templates": true,
	"namespace": true, "kubeVersion": true, "apiVersions": true, "commonLabels": true, "missingFileHandler": true, "helmDefaults": true,
	"helmBinary": false, "kubeContext": false, "context": false, "lockFilePath": false, "missingFileHandlerConfig": false, "hooks": true,
	"filepath": false, "anchors": false,
}

// fieldsOfRelease are the fields that a release may have: the same.
var fieldsOfRelease = map[string]bool{
	"name": true, "namespace": true, "chart": true, "version": true, "values": true, "valuesTemplate": true, "set": true, "setString": true,
	"needs": true, "installed": true, "condition": true, "labels": true, "missingFileHandler": true, "inherit": true, "kubeVersion": true,
	"apiVersions": true, "hooks": true,
	"createNamespace": false, "wait": false, "waitForJobs": false, "waitRetries": false, "timeout": false, "atomic": false, "cleanupOnFail": false, "force": false,
	"recreatePods": false, "historyMax": false, "verify": false, "keyring": false, "devel": false, "description": false, "reuseValues": false,
	"resetValues": false, "kubeContext": false, "disableValidation": false, "disableValidationOnInstall": false,
	"disableOpenAPIValidation": false, "skipDeps": false, "skipSchemaValidation": false, "suppressDiff": false, "suppressOutputLineRegex": false,
	"cascade": false, "takeOwnership": false, "syncArgs": false, "diffArgs": false, "insecureSkipTLSVerify": false, "plainHttp": false,
	"passCredentials": false, "enableDNS": false, "deleteWait": false, "deleteTimeout": false, "tillerNamespace": false, "tillerless": false,
	"updateStrategy": false, "missingFileHandlerConfig": false, "trackMode": false, "trackTimeout": false, "trackLogs": false,
}

// why says why a field isn't supported.
var why = map[string]string{
	"secrets": "encrypted values are decrypted by commands", "jsonPatches": "patches are applied by commands; use a kustomization",
	"strategicMergePatches": "patches are applied by commands; use a kustomization", "transformers": "transformers are run by commands; use a kustomization",
	"dependencies": "it makes charts of others; add the chart to the repository", "forceNamespace": "it changes rendered manifests",
	"postRenderer": "it is a command", "postRendererArgs": "it is for a command", "postRendererHooks": "they are commands",
	"plugins": "plugins are commands", "adopt": "it is for installing alone",
}

// known refuses fields that would have another effect than the one they are for.
func known(file, of string, fields map[string]any, allowed map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if _, ok := allowed[name]; ok || strings.HasPrefix(name, "x-") {
			continue
		}
		reason := why[name]
		if reason == "" {
			reason = "it isn't one of the fields that are rendered"
		}
		return fault.New(fault.Invalid, "%s: %s%s is not supported: %s", file, of, fault.Short(name), reason)
	}
	return nil
}

// checkHooks refuses the hooks that rendering would run.
func checkHooks(file, of string, fields map[string]any) error {
	for _, hook := range model.Objects(fields, "hooks") {
		for _, event := range model.List(hook, "events") {
			if event == "prepare" || event == "cleanup" {
				return fault.New(fault.Invalid, "%s: %shooks for the event %s are not supported: they are commands", file, of, event)
			}
		}
	}
	return nil
}

// merge puts fields over those of a state. Lists of values are joined; the others are, if
// the state is a base of the fields, and replaced if both are parts of one file.
func (s *state) merge(over map[string]any, isBase bool) {
	over = maps.Clone(over)
	for _, name := range []string{"values", "repositories", "releases", "helmfiles", "apiVersions"} {
		if isBase || name == "values" {
			join(s.fields, over, name)
		}
	}
	if environments := model.Object(over, "environments"); environments != nil {
		environments = maps.Clone(environments)
		for name, of := range environments {
			before, more := model.Object(model.Object(s.fields, "environments"), name), maps.Clone(model.Object(map[string]any{"": of}, ""))
			if before != nil && more != nil {
				join(before, more, "values")
				environments[name] = more
			}
		}
		over["environments"] = environments
	}
	values.Over(s.fields, over)
}

// join puts a list of one object before that of another.
func join(before, after map[string]any, name string) {
	first, is := before[name].([]any)
	if second, isToo := after[name].([]any); is && isToo {
		after[name] = slices.Concat(first, second)
	}
}

// check refuses what isn't supported.
func (s *state) check() error {
	if err := known(s.file, "", s.fields, fieldsOfState); err != nil {
		return err
	}
	if err := checkHooks(s.file, "", s.fields); err != nil {
		return err
	}
	for _, name := range []string{"postRenderer", "postRendererArgs"} {
		if model.Object(s.fields, "helmDefaults")[name] != nil {
			return fault.New(fault.Invalid, "%s: helmDefaults.%s is not supported: %s", s.file, name, why[name])
		}
	}
	for name, environment := range model.Object(s.fields, "environments") {
		fields, _ := environment.(map[string]any)
		if fields["secrets"] != nil {
			return fault.New(fault.Invalid, "%s: environments.%s.secrets is not supported: %s", s.file, name, why["secrets"])
		}
	}
	return nil
}

// environment are the values of an environment as the state lists them: files and objects.
func (s *state) environment(name string) ([]any, error) {
	all := model.Object(s.fields, "environments")
	of, ok := all[name]
	if !ok && name != defaultEnvironment {
		return nil, fault.New(fault.Invalid, "environment: %q is not one of the environments of %s: %s", fault.Short(name), s.file, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	fields, _ := of.(map[string]any)
	return slices.Concat(model.List(s.fields, "values"), model.List(fields, "values")), nil
}

// repository is the address of a chart repository.
func (s *state) repository(name string) (address string, found bool) {
	for _, r := range model.Objects(s.fields, "repositories") {
		if model.String(r, "name") != name {
			continue
		}
		address = strings.TrimSuffix(model.String(r, "url"), "/")
		if model.Bool(r, "oci", false) && !strings.HasPrefix(address, "oci://") {
			address = "oci://" + address
		}
		return address, true
	}
	return "", false
}
