package expression

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// deployTypes are the stages that deploy server groups.
var deployTypes = []string{"deploy", "createServerGroup", "cloneServerGroup", "rollingPush"}

// deployedServerGroups lists what the deploy stages that ended well deployed;
// those of the given names or ids, or all.
func deployedServerGroups(in *invocation, e *execution) (any, error) {
	wanted := in.args[1].(*array).items
	out := []any{}
	for _, s := range e.m.Stages {
		context := view{own: (&execStage{exec: e, m: s}).context()}
		if !slices.Contains(deployTypes, s.Type) || s.Status != model.Succeeded || !context.has("deploy.server.groups") ||
			len(wanted) > 0 && !slices.Contains(wanted, any(s.Name)) && !slices.Contains(wanted, any(s.ID)) {
			continue
		}
		region := context.get("region")
		if region == nil {
			if zones, ok := asMap(context.get("availabilityZones")); ok && zones.len() > 0 {
				region = zones.keys()[0]
			}
		}
		if region == nil {
			continue
		}
		details, err := deployDetails(context, region)
		if err != nil {
			return nil, err
		}
		out = append(out, details)
	}
	return newList(out), nil
}

func deployDetails(context view, region any) (any, error) {
	m := newMap(classHashMap)
	for _, k := range []string{"account", "capacity", "parentStage"} {
		m.put(k, context.get(k))
	}
	m.put("region", region)
	details, _ := collection(context.get("deploymentDetails"))
	for i := range details.len() {
		d, ok := asMap(details.at(i))
		if !ok || !javaEquals(region, d.get("region")) {
			continue
		}
		for _, k := range d.keys() {
			m.put(k, d.get(k))
		}
	}
	byRegion, ok := asMap(context.get("deploy.server.groups"))
	if !ok {
		return nil, fail(exCast, "the stage's deploy.server.groups is not a map of regions")
	}
	if groups, ok := collection(byRegion.get(region)); ok {
		if groups.len() == 0 {
			return nil, fail(exIndex, "the stage has no server group in %s", javaString(region))
		}
		m.put("serverGroup", groups.at(0))
	}
	deployments := []any{}
	tasks, _ := collection(context.get("kato.tasks"))
	for i := range tasks.len() {
		results, _ := collection(member(tasks.at(i), "resultObjects"))
		for j := range results.len() {
			found, _ := collection(member(results.at(j), "deployments"))
			deployments = append(deployments, found.copied()...)
		}
	}
	m.put("deployments", newList(deployments))
	return m, nil
}

// member reads a key of a value that may be a map.
func member(v any, key string) any {
	m, ok := asMap(v)
	if !ok {
		return nil
	}
	return m.get(key)
}

// manifestLabelValue reads a label of the pods of a Deployment or ReplicaSet
// that a stage deployed.
func manifestLabelValue(in *invocation, e *execution) (any, error) {
	kind, label := in.args[2], in.args[3]
	if kind != "Deployment" && kind != "ReplicaSet" {
		return nil, fail(exArgument, "#manifestLabelValue supports the kinds Deployment and ReplicaSet, not '%s'", javaString(kind))
	}
	if label == nil {
		return nil, fail(exArgument, "#manifestLabelValue needs the key of a label")
	}
	s := e.find(func(s *model.Stage) bool {
		return s.Name == in.args[1] && s.Type == "deployManifest" && s.Status == model.Succeeded
	})
	if s == nil {
		return nil, helper("there is no Deploy Manifest stage '%s' that has ended well", javaString(in.args[1])).
			like(javaString(in.args[1]), stageNames(e))
	}
	manifests, _ := collection(view{own: s.context()}.get("outputs.manifests"))
	if manifests.len() == 0 {
		return nil, helper("the stage '%s' has deployed no manifest", s.m.Name)
	}
	for i := range manifests.len() {
		m := manifests.at(i)
		if member(m, "kind") != kind {
			continue
		}
		labels, ok := asMap(member(member(member(member(m, "spec"), "template"), "metadata"), "labels"))
		if !ok || !labels.has(label) {
			return nil, helper("the manifest has no label '%s' for its pods", label).like(javaString(label), names(labels))
		}
		value := labels.get(label)
		if _, text := value.(string); !text && value != nil {
			return nil, fail(exCast, "the label '%s' is not a text", label)
		}
		return value, nil
	}
	return nil, helper("the stage '%s' has deployed no manifest of kind %s", s.m.Name, kind)
}

// cfServiceKey is the service key that a stage has created, or an empty map.
func cfServiceKey(in *invocation, e *execution) (any, error) {
	s := e.find(func(s *model.Stage) bool {
		return s.Type == "createServiceKey" && s.Status == model.Succeeded && in.args[1] != nil &&
			(s.Name == in.args[1] || s.ID == in.args[1])
	})
	if s == nil {
		return newMap(classEmptyMap), nil
	}
	out := newMap(classHashMap)
	tasks, _ := collection(view{own: s.context()}.get("kato.tasks"))
	if tasks.len() == 0 {
		return out, nil
	}
	results, _ := collection(member(tasks.at(0), "resultObjects"))
	if results.len() == 0 {
		return out, nil
	}
	if key, ok := asMap(member(results.at(0), "serviceKey")); ok {
		for _, k := range key.keys() {
			out.put(k, key.get(k))
		}
	}
	return out, nil
}
