package kubernetes

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// live is an object as a cluster answers with it.
func live(name, uid string, annotations simulated.Object) simulated.Object {
	md := simulated.Object{"name": name, "namespace": "ns", "uid": uid, "resourceVersion": "7"}
	if annotations != nil {
		md["annotations"] = annotations
	}
	return simulated.Object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": md}
}

func isThere(name, uid string, annotations simulated.Object) answer {
	return answer{object: live(name, uid, annotations)}
}

func refuses(status int, reason, message string) answer {
	return answer{status: status, reason: reason, message: message}
}

var (
	notFound  = refuses(http.StatusNotFound, "NotFound", `configmaps "c" not found`)
	conflict  = refuses(http.StatusConflict, "Conflict", "the object has been modified")
	exists    = refuses(http.StatusConflict, "AlreadyExists", `configmaps "c" already exists`)
	forbidden = refuses(http.StatusForbidden, "Forbidden", `configmaps "c" is forbidden: User "u" cannot patch resource`)
)

func stepOf(action manifest.Action) manifest.Step {
	return manifest.Step{
		Action: action, Operation: "op", APIVersion: "v1", Kind: "ConfigMap", Namespace: "ns", Name: "c", FullName: "configMap c", Manifest: configMap("c"), Force: true,
	}
}

// A step does one thing to one object; what it meets meanwhile is either waited for,
// or an error that says what helps. It asks for nothing else.
func TestSteps(t *testing.T) {
	t.Parallel()
	type answers = map[string][]answer
	made := isThere("c", "u1", nil)
	ours := isThere("c", "u1", simulated.Object{annotationOperation: "op"})
	patch := stepOf(manifest.Patch)
	patch.PatchType, patch.Body = "merge", map[string]any{"data": map[string]any{"a": "1"}}
	once := stepOf(manifest.Patch)
	once.PatchType, once.Body, once.Once = "json", []any{map[string]any{"op": "remove", "path": "/data"}}, true
	oddPatch := patch
	oddPatch.PatchType = "odd"
	scale := stepOf(manifest.Scale)
	polite := stepOf(manifest.Apply)
	polite.Force = false
	remove := stepOf(manifest.Delete)
	ofUID := remove
	ofUID.UID = "u1"
	for name, c := range map[string]struct {
		step  manifest.Step
		given answers
		asked []string
		wait  string
		fails string
		kind  fault.Kind
	}{
		"apply": {step: stepOf(manifest.Apply), given: answers{"PATCH configmaps/c": {made}}, asked: []string{"PATCH configmaps/c"}},
		"apply what may not be": {
			step: stepOf(manifest.Apply), given: answers{"PATCH configmaps/c": {forbidden}}, asked: []string{"PATCH configmaps/c"},
			fails: "(grant the account's user a Role that allows it)", kind: fault.Forbidden,
		},
		"apply what others hold": {
			step: polite, given: answers{"PATCH configmaps/c": {conflict}}, asked: []string{"PATCH configmaps/c"},
			fails: `other managers hold some of its fields: the object has been modified (remove these fields from the manifest, or set the annotation strategy.spinnaker.io/server-side-apply to "force-conflicts" to take them over)`, kind: fault.Conflict,
		},
		"apply to a namespace that goes": {
			step: stepOf(manifest.Apply), given: answers{"PATCH configmaps/c": {refuses(http.StatusNotFound, "NotFound", `namespaces "ns" not found`)}},
			asked: []string{"PATCH configmaps/c"}, fails: `account sim can't apply configMap "c" in namespace "ns": namespaces "ns" not found`, kind: fault.NotFound,
		},

		"replace":                   {step: stepOf(manifest.Replace), given: answers{"GET configmaps/c": {made}, "PUT configmaps/c": {made}}, asked: []string{"PUT configmaps/c"}},
		"replace what is not there": {step: stepOf(manifest.Replace), given: answers{"GET configmaps/c": {notFound}, "POST configmaps": {made}}, asked: []string{"POST configmaps"}},
		"replace what changes": {
			step: stepOf(manifest.Replace), given: answers{"GET configmaps/c": {made}, "PUT configmaps/c": {conflict}}, asked: []string{"PUT configmaps/c"},
			fails: "account sim can't replace", kind: fault.Conflict,
		},
		"replace what can't be read": {step: stepOf(manifest.Replace), given: answers{"GET configmaps/c": {forbidden}}, fails: "account sim may not read", kind: fault.Forbidden},

		"recreate what is not there":      {step: stepOf(manifest.Recreate), given: answers{"GET configmaps/c": {notFound}, "POST configmaps": {made}}, asked: []string{"POST configmaps"}},
		"recreate what was made already":  {step: stepOf(manifest.Recreate), given: answers{"GET configmaps/c": {ours}}},
		"recreate":                        {step: stepOf(manifest.Recreate), given: answers{"GET configmaps/c": {made, notFound}, "DELETE configmaps/c": {made}, "POST configmaps": {made}}, asked: []string{"DELETE configmaps/c", "POST configmaps"}},
		"recreate what is gone meanwhile": {step: stepOf(manifest.Recreate), given: answers{"GET configmaps/c": {made}, "DELETE configmaps/c": {notFound}, "POST configmaps": {made}}, asked: []string{"DELETE configmaps/c", "POST configmaps"}},
		"recreate what others made": {
			step: stepOf(manifest.Recreate), given: answers{"GET configmaps/c": {notFound}, "POST configmaps": {exists}}, asked: []string{"POST configmaps"},
			wait: "someone else has created configMap c in the meantime",
		},

		"delete":                            {step: remove, given: answers{"GET configmaps/c": {made, notFound}, "DELETE configmaps/c": {made}}, asked: []string{"DELETE configmaps/c"}},
		"delete what is not there":          {step: remove, given: answers{"GET configmaps/c": {notFound}}},
		"delete what is another by now":     {step: ofUID, given: answers{"GET configmaps/c": {isThere("c", "u2", nil)}}},
		"delete what was made anew at once": {step: ofUID, given: answers{"GET configmaps/c": {made, isThere("c", "u2", nil)}, "DELETE configmaps/c": {made}}, asked: []string{"DELETE configmaps/c"}},
		"delete what changes hands":         {step: ofUID, given: answers{"GET configmaps/c": {made}, "DELETE configmaps/c": {conflict}}, asked: []string{"DELETE configmaps/c"}},
		"delete what may not be deleted": {
			step: remove, given: answers{"GET configmaps/c": {made}, "DELETE configmaps/c": {forbidden}}, asked: []string{"DELETE configmaps/c"},
			fails: "account sim may not delete", kind: fault.Forbidden,
		},

		"patch":                      {step: patch, given: answers{"PATCH configmaps/c": {made}}, asked: []string{"PATCH configmaps/c"}},
		"patch what is gone":         {step: patch, given: answers{"PATCH configmaps/c": {notFound}}, asked: []string{"PATCH configmaps/c"}, fails: "account sim can't patch", kind: fault.NotFound},
		"patch in an unknown way":    {step: oddPatch, fails: `options.mergeStrategy: "odd" is not strategic, json, or merge`, kind: fault.Invalid},
		"patch once":                 {step: once, given: answers{"GET configmaps/c": {made}, "PATCH configmaps/c": {made}}, asked: []string{"PATCH configmaps/c"}},
		"patch once, which was done": {step: once, given: answers{"GET configmaps/c": {ours}}},
		"patch that does not fit": {
			step: once, given: answers{"GET configmaps/c": {made}, "PATCH configmaps/c": {refuses(http.StatusUnprocessableEntity, "Invalid", "the server rejected our request")}},
			asked: []string{"PATCH configmaps/c"}, fails: "an operation of the JSON patch doesn't match the object", kind: fault.Invalid,
		},

		"scale": {step: scale, given: answers{"PATCH configmaps/c/scale": {made}, "GET configmaps/c": {made}}, asked: []string{"PATCH configmaps/c/scale"}},
		"scale what has no scale": {
			step: scale, given: answers{"PATCH configmaps/c/scale": {refuses(http.StatusNotFound, "NotFound", "the server could not find the requested resource")}},
			asked: []string{"PATCH configmaps/c/scale"}, fails: "account sim can't scale", kind: fault.NotFound,
		},
		"nothing that is known": {step: stepOf("dance"), fails: `there is no action "dance"`, kind: fault.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, Options{})
			for request, given := range c.given {
				l.on(request, given...)
			}
			result, err := l.Execute(t.Context(), "sim", c.step)
			if c.fails != "" {
				require.ErrorContains(t, err, c.fails)
				require.Equal(t, c.kind, fault.KindOf(err))
			} else {
				require.NoError(t, err)
				require.Equal(t, c.wait != "", result.Wait)
				require.Equal(t, c.wait, result.Message)
			}
			require.Equal(t, c.asked, l.requests())
		})
	}
}

// A version is created, never applied over what another deployment has made.
func TestVersionSteps(t *testing.T) {
	t.Parallel()
	version := func(content string) simulated.Object {
		return simulated.Object{annotationContent: content, annotationArtifactType: "kubernetes/configMap", annotationArtifactVersion: "v000"}
	}
	mark := version("same")
	mark[annotationOperation] = "op"
	others := version("other")
	for name, c := range map[string]struct {
		post  answer
		get   []answer
		patch answer
		asked []string
		wait  string
		taken bool
		fails string
	}{
		"it is free":                      {post: isThere("c-v000", "u", version("same")), asked: []string{"POST configmaps"}},
		"an earlier try has made it":      {post: exists, get: []answer{isThere("c-v000", "u", mark)}, asked: []string{"POST configmaps"}},
		"another has made the same":       {post: exists, get: []answer{isThere("c-v000", "u", version("same"))}, patch: isThere("c-v000", "u", version("same")), asked: []string{"POST configmaps", "PATCH configmaps/c-v000"}},
		"another has taken it":            {post: exists, get: []answer{isThere("c-v000", "u", others)}, asked: []string{"POST configmaps"}, taken: true},
		"somebody has made such a name":   {post: exists, get: []answer{isThere("c-v000", "u", nil)}, asked: []string{"POST configmaps"}, taken: true},
		"it has just been deleted":        {post: exists, get: []answer{notFound}, asked: []string{"POST configmaps"}, wait: "configMap c-v000 has just been deleted; creating it again"},
		"a quota refuses what is there":   {post: refuses(http.StatusForbidden, "Forbidden", "exceeded quota: q"), get: []answer{isThere("c-v000", "u", mark)}, asked: []string{"POST configmaps"}},
		"a quota refuses what is not":     {post: refuses(http.StatusForbidden, "Forbidden", "exceeded quota: q"), get: []answer{notFound}, asked: []string{"POST configmaps"}, fails: "(ask for less, delete what is not needed, or have the ResourceQuota raised)"},
		"it can't be read":                {post: exists, get: []answer{forbidden}, asked: []string{"POST configmaps"}, fails: "account sim may not read"},
		"it is no good":                   {post: refuses(http.StatusUnprocessableEntity, "Invalid", "data: no"), asked: []string{"POST configmaps"}, fails: "account sim can't create"},
		"the same was replaced meanwhile": {post: exists, get: []answer{isThere("c-v000", "u", version("same")), isThere("c-v000", "u2", others)}, patch: conflict, asked: []string{"POST configmaps", "PATCH configmaps/c-v000"}, wait: "configMap c-v000 has just been replaced; looking again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, Options{})
			l.on("POST configmaps", c.post)
			l.on("GET configmaps/c-v000", c.get...)
			l.on("PATCH configmaps/c-v000", c.patch)
			step := stepOf(manifest.Apply)
			step.Name, step.FullName, step.Manifest = "c-v000", "configMap c-v000", configMap("c-v000")
			step.Version = &manifest.Version{Name: "c", Content: "same"}
			result, err := l.Execute(t.Context(), "sim", step)
			if c.fails != "" {
				require.ErrorContains(t, err, c.fails)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, c.taken, result.Taken)
			require.Equal(t, c.wait != "", result.Wait)
			if c.taken {
				require.Equal(t, "configMap c-v000 was deployed by another deployment meanwhile; taking the next version", result.Message)
			} else {
				require.Equal(t, c.wait, result.Message)
			}
			require.Equal(t, c.asked, l.requests())
		})
	}
}

// A kind that the deployment defines itself is waited for until the cluster takes
// its objects; any other must be there.
func TestStepsOfKindsThatAreComing(t *testing.T) {
	t.Parallel()
	step := manifest.Step{Action: manifest.Apply, APIVersion: "example.com/v1", Kind: "Widget", Namespace: "ns", Name: "a", FullName: "Widget.example.com a", Manifest: map[string]any{}}
	l := newLab(t, Options{})
	_, err := l.Execute(t.Context(), "sim", step)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	step.KeepWaiting = true
	result, err := l.Execute(t.Context(), "sim", step)
	require.NoError(t, err)
	require.True(t, result.Wait)
	require.Equal(t, "waiting for the cluster to serve kind Widget", result.Message)

	step.Kind, step.Manifest = "Gadget", map[string]any{"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": map[string]any{"name": "a", "namespace": "ns"}}
	l.on("PATCH gadgets/a", refuses(http.StatusNotFound, "NotFound", "the server could not find the requested resource"))
	result, err = l.Execute(t.Context(), "sim", step)
	require.NoError(t, err)
	require.Equal(t, "waiting for the cluster to take objects of kind Gadget", result.Message)
}

// The values of Secrets are in no result.
func TestResultsShowNoSecrets(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	l.on("PATCH secrets/keys", answer{object: simulated.Object{
		"apiVersion": "v1", "kind": "Secret", "metadata": simulated.Object{"name": "keys", "namespace": "ns", "managedFields": []any{}}, "data": simulated.Object{"token": "aHVudGVyMg=="},
	}})
	step := manifest.Step{Action: manifest.Apply, APIVersion: "v1", Kind: "Secret", Namespace: "ns", Name: "keys", FullName: "secret keys", Manifest: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "keys", "namespace": "ns"}, "stringData": map[string]any{"token": "hunter2"},
	}}
	result, err := l.Execute(t.Context(), "sim", step)
	require.NoError(t, err)
	text := asJSON(t, result)
	require.NotContains(t, text, "aHVudGVyMg")
	require.NotContains(t, text, "hunter2")
	require.NotContains(t, text, "managedFields")
	require.Contains(t, text, "token", "that there is such a key is no secret")
}

// The API server's errors are of the kind that decides what becomes of a task, name
// the account and what was done, and say what helps.
func TestErrorsOfTheCluster(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer
		kind  fault.Kind
		words []string
	}{
		{refuses(401, "Unauthorized", "Unauthorized"), fault.Forbidden, []string{"the cluster does not accept its credentials", "renew the token or certificate in its kubeconfig"}},
		{refuses(403, "Forbidden", `User "u" cannot patch resource`), fault.Forbidden, []string{"account sim may not apply", "grant the account's user a Role"}},
		{refuses(403, "Forbidden", "exceeded quota: q, requested: pods=1"), fault.Forbidden, []string{"ask for less"}},
		{refuses(403, "Forbidden", "it is so"), fault.Forbidden, []string{"account sim may not apply"}},
		{refuses(404, "NotFound", `namespaces "ns" not found`), fault.NotFound, []string{"account sim can't apply", `namespaces "ns" not found`}},
		{refuses(409, "Conflict", "it was changed"), fault.Conflict, []string{"account sim can't apply"}},
		{refuses(400, "BadRequest", "unknown field \"spec.x\""), fault.Invalid, []string{"account sim can't apply"}},
		{refuses(422, "Invalid", "spec.selector: field is immutable"), fault.Invalid, []string{`the annotation strategy.spinnaker.io/recreate: "true" has the object deleted and made anew`}},
		{refuses(422, "Invalid", "updates to statefulset spec for fields other than 'replicas' are forbidden"), fault.Invalid, []string{"strategy.spinnaker.io/recreate"}},
		{refuses(422, "Invalid", "pod updates may not change fields other than image"), fault.Invalid, []string{"strategy.spinnaker.io/recreate"}},
		{refuses(405, "MethodNotAllowed", "no"), fault.Invalid, []string{"account sim can't apply"}},
		{refuses(413, "RequestEntityTooLarge", "limit is 3145728"), fault.TooLarge, []string{"it is too large for the cluster", "split it into several objects"}},
		{refuses(500, "InternalError", "etcdserver: request is too large"), fault.TooLarge, []string{"it is too large for the cluster"}},
		{refuses(500, "InternalError", "failed to create typed patch object: .spec.x: field not declared in schema"), fault.Invalid, []string{"account sim can't apply", "field not declared in schema"}},
		{refuses(500, "InternalError", `failed calling webhook "w": connection refused`), fault.Unavailable, []string{"an admission webhook of the cluster fails", "failurePolicy"}},
		{refuses(400, "", `admission webhook "w" denied the request: no team label`), fault.Forbidden, []string{"an admission rule of the cluster rejected it", "no team label"}},
		{refuses(500, "InternalError", "etcdserver: leader changed"), fault.Unavailable, []string{"for now"}},
		{refuses(503, "ServiceUnavailable", "starting"), fault.Unavailable, []string{"for now"}},
		{refuses(504, "Timeout", "took too long"), fault.Unavailable, []string{"for now"}},
		{refuses(418, "", "I'm a teapot"), fault.Internal, []string{"account sim can't apply"}},
	} {
		l := newLab(t, Options{})
		l.on("PATCH configmaps/c", c.answer, c.answer)
		_, err := l.Execute(t.Context(), "sim", stepOf(manifest.Apply))
		require.Equal(t, c.kind, fault.KindOf(err), "%d %s: %v", c.status, c.message, err)
		for _, word := range append(c.words, "account sim", c.message) {
			require.ErrorContains(t, err, word)
		}
	}
}
