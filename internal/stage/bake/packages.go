package bake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

var (
	isURL   = regexp.MustCompile(`^(https?|ssh)://`)
	slashes = regexp.MustCompile(`/+`)
)

// builds are the files that are known of builds, and the artifacts of the execution.
type builds struct {
	kind, delimiter   string
	current, trigger  map[string]any // the buildInfo of a stage, and of the trigger
	files, triggerHas []map[string]any
	artifacts         []map[string]any
	triggerBuilt      bool
}

// resolve finds what the stage's packages are in this execution: artifacts of the same
// name and type, or files of the build that a stage or the trigger tells of. The answer
// has the package, and what is known of the build. The rules are Orca's PackageInfo's.
func (t createTask) resolve(view engine.View, kind string) (map[string]any, error) {
	context := view.Stage.Context
	out := map[string]any{"package": strings.Join(strings.Fields(model.String(context, "package")), " ")}
	for _, key := range []string{"buildHost", "job", "buildNumber", "commitHash", "buildInfoUrl"} {
		if value, ok := context[key]; ok {
			out[key] = value
		}
	}
	wanted := strings.Fields(model.String(context, "package"))
	if len(wanted) == 0 || isURL.MatchString(wanted[0]) || view.Execution.Type != model.PipelineExecution {
		return out, nil
	}
	b := find(view, kind, wanted)
	if len(b.files) == 0 && len(b.triggerHas) == 0 && len(b.artifacts) == 0 {
		if b.triggerBuilt {
			return nil, invalid("The trigger is a CI build, but has no files: archive the packages in the build, and try again")
		}
		return out, nil
	}
	var missing []string
	for i, name := range wanted {
		identifier, build, err := b.locate(name)
		if err != nil {
			return nil, err
		}
		if identifier == "" {
			missing = append(missing, name+b.delimiter)
			continue
		}
		wanted[i] = identifier
		if t.Config.ExtractBuildDetails {
			describe(build, out)
		}
	}
	if len(missing) > 0 && !t.Config.AllowMissingPackageInstallation {
		return nil, invalid("No file or artifact is the package: none begins with %s and ends with .%s; there are: %s. A Debian package's file must be named name_version-release_arch.deb",
			strings.Join(missing, " or "), kind, b.names())
	}
	out["package"] = strings.Join(wanted, " ")
	return out, nil
}

// find gathers the files and artifacts of an execution.
func find(view engine.View, kind string, wanted []string) builds {
	b := builds{kind: strings.ToLower(kind), delimiter: recipe.Delimiter(kind), artifacts: artifactbind.Artifacts(view)}
	b.current = model.Object(view.Stage.Context, "buildInfo")
	if b.current == nil || len(model.List(b.current, "artifacts")) > 0 {
		for _, s := range engine.Ancestors(view.Execution, view.Stage) {
			info := model.Object(s.Outputs, "buildInfo")
			if slices.ContainsFunc(model.Objects(info, "artifacts"), func(file map[string]any) bool { return b.mayBe(file, wanted) }) {
				b.current = info
				break
			}
		}
	}
	b.files = model.Objects(b.current, "artifacts")
	for trigger := map[string]any(view.Execution.Trigger); trigger != nil; trigger = model.Object(model.Object(trigger, "parentExecution"), "trigger") {
		info := model.Object(trigger, "buildInfo")
		b.triggerBuilt = b.triggerBuilt || info != nil
		if _, ok := info["artifacts"].([]any); ok {
			b.trigger = info
			break
		}
	}
	b.triggerHas = model.Objects(b.trigger, "artifacts")
	return b
}

// mayBe tells whether a build's file looks like one of the packages.
func (b builds) mayBe(file map[string]any, wanted []string) bool {
	name := model.String(file, "fileName")
	return strings.HasSuffix(name, "."+b.kind) && slices.ContainsFunc(wanted, func(w string) bool { return strings.HasPrefix(name, w) })
}

// locate finds a package: its name with its version, and the build that it is from.
func (b builds) locate(name string) (identifier string, build map[string]any, err error) {
	triggered, built := b.file(b.triggerHas, name), b.file(b.files, name)
	if triggered != "" && built != "" && triggered != built {
		return "", nil, invalid("The package %s is there twice: %s of a stage, and %s of the trigger", name, built, triggered)
	}
	var artifact map[string]any
	for _, a := range b.artifacts {
		if model.String(a, "name") == name && strings.EqualFold(model.String(a, "type"), b.kind) {
			artifact = a
			break
		}
	}
	file, build := built, b.current
	if built == "" {
		file, build = triggered, b.trigger
	}
	if artifact != nil {
		version := model.String(artifact, "version")
		if file != "" && b.version(file, name) != version {
			return "", nil, invalid("The package %s is there twice: %s of a build, and an artifact of version %s", name, file, version)
		}
		return name + b.delimiter + version, build, nil
	}
	if file == "" {
		return "", nil, nil
	}
	return strings.TrimSuffix(file, "."+b.kind), build, nil
}

// file is the first file that is the package; "" if none is.
func (b builds) file(files []map[string]any, name string) string {
	for _, f := range files {
		file := model.String(f, "fileName")
		if b.kind == "rpm" { // name-version-release.arch.rpm
			parts := strings.Split(file, "-")
			if len(parts) >= 3 && strings.Join(parts[:len(parts)-2], "-") == name {
				return file
			}
			continue
		}
		if strings.HasPrefix(file, name+b.delimiter) && strings.HasSuffix(file, "."+b.kind) {
			return file
		}
	}
	return ""
}

// version is the version in a file's name.
func (b builds) version(file, name string) string {
	if b.kind == "rpm" {
		parts := strings.Split(strings.TrimSuffix(file, ".rpm"), "-")
		return strings.Join(parts[max(0, len(parts)-2):], "-")
	}
	version := strings.TrimSuffix(strings.TrimPrefix(file, name+b.delimiter), "."+b.kind)
	if b.kind == "deb" {
		version, _, _ = strings.Cut(version, b.delimiter) // what follows is the architecture
	}
	return version
}

// names lists the files and artifacts that there are, in an error's sentence.
func (b builds) names() string {
	var out []string
	for _, f := range append(slices.Clone(b.files), b.triggerHas...) {
		out = append(out, model.String(f, "fileName"))
	}
	for _, a := range b.artifacts {
		out = append(out, fmt.Sprintf("%s (%s)", model.String(a, "name"), model.String(a, "type")))
	}
	const most = 20
	if len(out) > most {
		out = append(out[:most], "...")
	}
	return strings.Join(out, ", ")
}

// describe notes what is known of a build, as Orca's BuildDetailExtractor does.
func describe(build, out map[string]any) {
	url := model.String(build, "url")
	if url == "" {
		return
	}
	parts := slashes.Split(strings.TrimRight(url, "/"), -1)
	const least = 5 // scheme, host, "job", the job's name, the number
	number, known := model.Int(build, "number")
	job := model.String(build, "name")
	switch {
	case job != "" && known && number > 0:
		out["job"], out["buildNumber"] = job, number
	case len(parts) >= least:
		out["job"], out["buildNumber"] = strings.Join(parts[3:len(parts)-1], "/"), parts[len(parts)-1]
	default:
		return
	}
	out["buildInfoUrl"] = url
	if len(parts) >= least {
		out["buildHost"] = parts[0] + "//" + parts[1] + "/"
	}
	if commit := commit(model.Objects(build, "scm")); commit != "" {
		out["commitHash"] = commit
	}
}

// commit is the first one that isn't of a main branch, else the first one.
func commit(scm []map[string]any) string {
	for _, one := range scm {
		if branch := model.String(one, "branch"); branch != "master" && branch != "develop" && branch != "main" {
			return model.String(one, "sha1")
		}
	}
	if len(scm) == 0 {
		return ""
	}
	return model.String(scm[0], "sha1")
}
