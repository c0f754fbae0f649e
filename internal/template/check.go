package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// The versions of templates, by their "schema".
const (
	SchemaV1 = "1"
	SchemaV2 = "v2"
)

// Tags lists the tags that a version of a template may have, as Front50 has
// them.
var Tags = []string{"latest", "stable", "unstable", "experimental", "test", "canary"} //nolint:gochecknoglobals // never changed

var (
	validName     = regexp.MustCompile(`^[A-Za-z\[\\\]^_` + "`" + `0-9&\s-]+$`) // Orca's A-z takes in what stands between Z and a
	validVariable = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)
)

// CheckTag refuses a tag that Front50 would not take. No tag is well.
func CheckTag(tag string) error {
	if tag == "" || slices.Contains(Tags, tag) {
		return nil
	}
	return fault.New(fault.Invalid, "the tag %q is not supported: a template's tag must be one of %s", tag, strings.Join(Tags, ", "))
}

// CheckV2 tells what is wrong with a template of version 2 that is to be
// saved: Orca's SaveV2PipelineTemplateTask, and that it has a pipeline. The
// fault names each field.
func CheckV2(template map[string]any) error {
	var problems []string
	problems = append(problems, checkIdentity(template)...)
	switch schema := model.String(template, "schema"); schema {
	case SchemaV2:
	case "":
		problems = append(problems, "schema is missing: it must be v2")
	default:
		problems = append(problems, fmt.Sprintf("schema must be v2, not %q", schema))
	}
	if name := model.String(model.Object(template, "metadata"), "name"); name != "" && !validName.MatchString(name) {
		problems = append(problems, fmt.Sprintf("metadata.name %q may have letters, digits, spaces, - and & only", name))
	}
	pipeline := model.Object(template, "pipeline")
	if pipeline == nil {
		problems = append(problems, "pipeline is missing: it must be an object, the pipeline to make")
	}
	if templated(pipeline) {
		problems = append(problems, "pipeline must be a complete pipeline: it can't use a template itself")
	}
	problems = append(problems, checkVariables(template, func(name string) string {
		if validVariable.MatchString(name) {
			return ""
		}
		return fmt.Sprintf("%q may have letters, digits and _ only", name)
	})...)
	return problemsOf("The pipeline template is invalid", problems)
}

// CheckV1 tells what is wrong with a template of version 1 that is to be
// saved: Orca's SavePipelineTemplateTask.
func CheckV1(template map[string]any) error {
	problems := checkIdentity(template)
	problems = append(problems, checkVariables(template, func(name string) string {
		if !strings.Contains(name, "-") {
			return ""
		}
		return fmt.Sprintf("%q can't have dashes (-)", name)
	})...)
	if source := model.String(template, "source"); source != "" && source == Scheme+model.String(template, "id") {
		problems = append(problems, "source names the template itself")
	}
	return problemsOf("The pipeline template is invalid", problems)
}

func checkIdentity(template map[string]any) []string {
	var problems []string
	switch id := model.String(template, "id"); {
	case strings.TrimSpace(id) == "":
		problems = append(problems, "id is missing")
	case strings.ContainsAny(id, ".:@/"):
		problems = append(problems, fmt.Sprintf("id %q can't have any of . : @ /", id))
	}
	metadata := model.Object(template, "metadata")
	for _, field := range []string{"name", "description"} {
		if model.String(metadata, field) == "" {
			problems = append(problems, "metadata."+field+" is missing")
		}
	}
	if len(model.Strings(metadata, "scopes")) == 0 {
		problems = append(problems, `metadata.scopes is missing: a list of applications, or ["global"]`)
	}
	return problems
}

func checkVariables(template map[string]any, wrong func(name string) string) []string {
	var (
		problems []string
		seen     = map[string]bool{}
	)
	for i, v := range model.Objects(template, "variables") {
		name := model.String(v, "name")
		field := fmt.Sprintf("variables[%d].name", i)
		switch {
		case name == "":
			problems = append(problems, field+" is missing")
		case seen[name]:
			problems = append(problems, fmt.Sprintf("%s %q is there twice", field, name))
		case wrong(name) != "":
			problems = append(problems, field+" "+wrong(name))
		}
		seen[name] = true
		if kind := model.String(v, "type"); kind != "" && !knownType(kind) {
			problems = append(problems, fmt.Sprintf("variables[%d].type %q must be one of %s", i, kind, strings.Join(typeNames, ", ")))
		}
	}
	return problems
}

// problemsOf is the fault of several things that are wrong, nil for none.
func problemsOf(what string, problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s: %s", what, strings.Join(problems, "; ")).With(problems...)
}
