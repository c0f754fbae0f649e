package manifest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// resolveDeploySource finds the manifests to deploy and the artifacts to put
// into them: Orca's ResolveDeploySourceManifestTask.
func (s *stages) resolveDeploySource(ctx context.Context, in stage.Input) (stage.Result, error) {
	manifests, err := s.manifestsOf(ctx, in, in.Stage.Context["manifests"], "manifests")
	if err != nil {
		return stage.Result{}, failure(err)
	}
	if err := Check(manifests); err != nil {
		return stage.Result{}, failure(err)
	}
	required, err := requiredArtifacts(in)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	value, err := generic(map[string]any{
		"manifests": anys(manifests), "requiredArtifacts": required, "optionalArtifacts": append([]any{}, in.All("artifacts")...),
	})
	if err != nil {
		return stage.Result{}, err
	}
	out, _ := value.(map[string]any)
	return stage.Succeeded().With(out).WithOutputs(visible(in, masking.Object(out))), nil
}

// resolvePatchSource does the same for a patch: Orca's
// ResolvePatchSourceManifestTask.
func (s *stages) resolvePatchSource(ctx context.Context, in stage.Input) (stage.Result, error) {
	body, err := s.patchBody(ctx, in)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	required, err := requiredArtifacts(in)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	value, err := generic(map[string]any{
		"manifests": body, "requiredArtifacts": required, "allArtifacts": append(anys(required), in.All("artifacts")...),
	})
	if err != nil {
		return stage.Result{}, err
	}
	out, _ := value.(map[string]any)
	return stage.Succeeded().With(out).WithOutputs(visible(in, maskedPatch(in, out))), nil
}

// maskedPatch is what the outputs hold of a patch: of a Secret's, no values.
func maskedPatch(in stage.Input, out map[string]any) map[string]any {
	whose := map[string]any{"manifestName": in.Stage.Context["manifestName"], "kind": in.Stage.Context["kind"], "patchBody": out["manifests"]}
	return model.Merge(masking.Object(out), map[string]any{"manifests": masking.Object(whose)["patchBody"]})
}

// patchBody is the patch as a list: the members of a json patch, or the one
// object of any other.
func (s *stages) patchBody(ctx context.Context, in stage.Input) ([]any, error) {
	if fromArtifact(in) {
		manifests, err := s.artifactManifests(ctx, in)
		if err != nil {
			return nil, err
		}
		return anys(manifests), nil
	}
	return patchMembers(in.Stage.Context["patchBody"])
}

// patchMembers is a patch that stands in the stage as a list.
func patchMembers(given any) ([]any, error) {
	var out []any
	switch v := given.(type) {
	case []any:
		out = v
	case map[string]any:
		out = []any{v}
	case string:
		members, err := flatten(v)
		if err != nil {
			return nil, fault.New(fault.Invalid, "patchBody: %w", err)
		}
		out = anys(members)
	}
	for _, member := range out {
		if _, ok := member.(map[string]any); !ok {
			return nil, fault.New(fault.Invalid, "patchBody: must be an object, or a list of operations")
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "patchBody: is missing")
	}
	return out, nil
}

// manifestsOf are a stage's manifests: the text in the field, or those of its
// artifact.
func (s *stages) manifestsOf(ctx context.Context, in stage.Input, text any, field string) ([]map[string]any, error) {
	if fromArtifact(in) {
		return s.artifactManifests(ctx, in)
	}
	if text == nil {
		return nil, fault.New(fault.Invalid, "%s: is missing", field)
	}
	manifests, err := flatten(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: %w", field, err)
	}
	return manifests, nil
}

func fromArtifact(in stage.Input) bool { return isArtifact(in.Stage.Context) }

func isArtifact(fields map[string]any) bool {
	return strings.EqualFold(model.String(fields, "source"), "artifact")
}

// artifactManifests reads the manifests of the stage's artifact.
func (s *stages) artifactManifests(ctx context.Context, in stage.Input) ([]map[string]any, error) {
	artifact := model.Object(in.Stage.Context, "manifestArtifact")
	if id := model.String(in.Stage.Context, "manifestArtifactId"); id != "" {
		artifact = boundArtifact(in, id)
		if artifact == nil {
			return nil, fault.New(fault.NotFound, "manifestArtifactId: no artifact with id %s could be found in the pipeline", id)
		}
	}
	if artifact == nil {
		return nil, fault.New(fault.Invalid, "manifestArtifact: no manifest artifact was specified")
	}
	manifests, err := s.readArtifact(ctx, artifact)
	if err != nil {
		return nil, err
	}
	if s.options.Evaluate == nil || model.Bool(in.Stage.Context, "skipExpressionEvaluation", false) {
		return manifests, nil
	}
	for i := range manifests {
		evaluated, failures := s.options.Evaluate(ctx, in.View, manifests[i])
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if len(failures) > 0 && failsOnExpressions(in) {
			return nil, expressionFailure(failures)
		}
		manifests[i] = evaluated
	}
	return manifests, nil
}

// failsOnExpressions tells whether a stage must not run with expressions that
// could not be evaluated.
func failsOnExpressions(in stage.Input) bool {
	return model.Bool(in.Stage.Context, "failOnFailedExpressions", false)
}

// checkExpressions refuses to begin an operation of a stage whose expressions
// failed and that says that it fails then. The engine fails such a stage only
// when it ends, as Orca does, after it has changed the cluster.
func checkExpressions(in stage.Input) error {
	summary := model.Object(in.Stage.Context, "expressionEvaluationSummary")
	if len(summary) == 0 || !failsOnExpressions(in) {
		return nil
	}
	return expressionFailure(summary)
}

// expressionFailure names the expressions of an evaluation summary that failed,
// and why.
func expressionFailure(summary map[string]any) error {
	var failures []string
	for _, expression := range slices.Sorted(maps.Keys(summary)) {
		reasons := []string{}
		for _, entry := range model.Objects(summary, expression) {
			reasons = append(reasons, model.String(entry, "description"))
		}
		failures = append(failures, strings.TrimSuffix(expression+": "+strings.Join(reasons, "; "), ": "))
	}
	return fault.New(fault.Invalid, "Failed to evaluate expressions, so nothing was done (the stage has failOnFailedExpressions set): %s", strings.Join(failures, "; ")).
		With(failures...)
}

// readArtifact gives the manifests in an artifact: a file, or a directory of
// them.
func (s *stages) readArtifact(ctx context.Context, artifact map[string]any) ([]map[string]any, error) {
	text, err := s.artifactText(ctx, artifact, "manifestArtifact")
	if err != nil {
		return nil, err
	}
	read := Decode
	if model.String(artifact, "type") == gitRepo {
		read = DecodeDirectory
	}
	manifests, err := read(text)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "manifestArtifact: %w", err)
	}
	return manifests, nil
}

// artifactText is the content of an artifact. Without the means to fetch any,
// it is that of one that carries it with it.
func (s *stages) artifactText(ctx context.Context, artifact map[string]any, field string) ([]byte, error) {
	if s.options.Artifacts != nil {
		text, err := s.options.Artifacts.Fetch(ctx, artifact)
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "%s: %w", field, err)
		}
		return text, nil
	}
	kind := model.String(artifact, "type")
	if kind != "embedded/base64" {
		return nil, fault.New(fault.Invalid, "%s: artifacts of type %q can't be fetched here; only embedded/base64 can be used", field, kind)
	}
	return limit.Base64(model.String(artifact, "reference"), limit.Inflated, field+".reference")
}

// requiredArtifacts are the artifacts that the stage wants bound, by their ids
// or as they stand there.
func requiredArtifacts(in stage.Input) ([]map[string]any, error) {
	out := []map[string]any{}
	for _, id := range model.Strings(in.Stage.Context, "requiredArtifactIds") {
		artifact := boundArtifact(in, id)
		if artifact == nil {
			return nil, fault.New(fault.NotFound, "requiredArtifactIds: No artifact with id %s could be found in the pipeline context.", id)
		}
		out = append(out, artifact)
	}
	for _, entry := range model.Objects(in.Stage.Context, "requiredArtifacts") {
		id := model.String(entry, "expectedArtifactId")
		artifact := model.Object(entry, "artifact")
		if id != "" {
			artifact = boundArtifact(in, id)
		}
		if artifact == nil && model.String(entry, "type") != "" {
			artifact = entry // resolved before, by an earlier run of the task
		}
		if artifact == nil {
			return nil, fault.New(fault.NotFound, "requiredArtifacts: No artifact with id %s could be found in the pipeline context.", id)
		}
		out = append(out, artifact)
	}
	return out, nil
}

// boundArtifact is the artifact that an expectation of an earlier stage or of
// the trigger was bound to; nil where there is none.
func boundArtifact(in stage.Input, id string) map[string]any {
	for _, item := range resolvedExpectations(in.View) {
		if model.String(item, "id") != id {
			continue
		}
		artifact := model.Object(item, "boundArtifact")
		account := model.String(model.Object(item, "matchArtifact"), "artifactAccount")
		if artifact != nil && model.String(artifact, "artifactAccount") == "" && account != "" {
			artifact = model.Merge(artifact, map[string]any{"artifactAccount": account})
		}
		return artifact
	}
	return nil
}

func resolvedExpectations(view engine.View) []map[string]any {
	return model.Objects(map[string]any{"list": view.All("resolvedExpectedArtifacts")}, "list")
}

func anys(list []map[string]any) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}

// sourceAt is where a stage's manifests come from: an artifact account that does
// not answer holds up no stages with other sources.
func sourceAt(in stage.Input) string {
	if model.String(in.Stage.Context, "source") != "artifact" {
		return ""
	}
	artifact := model.Object(in.Stage.Context, "manifestArtifact")
	for _, account := range []string{
		model.String(in.Stage.Context, "manifestArtifactAccount"), model.String(artifact, "artifactAccount"), model.String(in.Stage.Context, "manifestArtifactId"),
	} {
		if account != "" {
			return "artifacts of " + account + " " + stage.Host(model.String(artifact, "reference"))
		}
	}
	return "artifacts"
}
