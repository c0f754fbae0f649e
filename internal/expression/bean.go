package expression

import (
	"strings"
)

// bean is an object with properties alone: an artifact, a trigger, a build.
type bean struct {
	class  *class
	fields view
	// made are properties that were built from fields.
	made map[string]any
}

func (b *bean) javaClass() *class { return b.class }

func (b *bean) equals(o any) bool {
	other, ok := o.(*bean)
	if !ok || other.class != b.class {
		return false
	}
	for _, f := range beanFields[b.class] {
		if !javaEquals(b.get(f), other.get(f)) {
			return false
		}
	}
	return true
}

func (b *bean) hash() int32 {
	h := int32(1)
	for _, f := range beanFields[b.class] {
		h = 59*h + javaHash(b.get(f))
	}
	return h
}

func (b *bean) text() string {
	var out strings.Builder
	out.WriteString(b.class.simpleName() + "(")
	for i, f := range beanFields[b.class] {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(f.name + "=" + javaString(b.get(f)))
	}
	return out.String() + ")"
}

// beanField is a property with its declared class.
type beanField struct {
	name string
	typ  *class
	// items is the class of a list's members; nil where they stay as they are.
	items *class
	// none is what a property has that isn't there.
	none any
}

var (
	classArtifact           = newClass("com.netflix.spinnaker.kork.artifacts.model.Artifact", classObject)
	classExpectedArtifact   = newClass("com.netflix.spinnaker.kork.artifacts.model.ExpectedArtifact", classObject)
	classTrigger            = newInterface("com.netflix.spinnaker.orca.api.pipeline.models.Trigger")
	classBuildInfo          = newClass("com.netflix.spinnaker.orca.pipeline.model.BuildInfo", classObject)
	classJenkinsBuildInfo   = newClass("com.netflix.spinnaker.orca.pipeline.model.JenkinsBuildInfo", classBuildInfo)
	classConcourseBuildInfo = newClass("com.netflix.spinnaker.orca.pipeline.model.ConcourseBuildInfo", classBuildInfo)
	classJenkinsArtifact    = newClass("com.netflix.spinnaker.orca.pipeline.model.JenkinsArtifact", classObject)
	classSourceControl      = newClass("com.netflix.spinnaker.orca.pipeline.model.SourceControl", classObject)
	classAuthentication     = newClass("com.netflix.spinnaker.orca.api.pipeline.models.PipelineExecution$AuthenticationDetails", classObject)
	classPausedDetails      = newClass("com.netflix.spinnaker.orca.api.pipeline.models.PipelineExecution$PausedDetails", classObject)
	classNotEvaluable       = newClass("com.netflix.spinnaker.kork.expressions.NotEvaluableExpression", classObject)

	classDefaultTrigger     = triggerClass("DefaultTrigger")
	classJenkinsTrigger     = triggerClass("JenkinsTrigger")
	classConcourseTrigger   = triggerClass("ConcourseTrigger")
	classDockerTrigger      = triggerClass("DockerTrigger")
	classGitTrigger         = triggerClass("GitTrigger")
	classPipelineTrigger    = triggerClass("PipelineTrigger")
	classArtifactoryTrigger = triggerClass("ArtifactoryTrigger")
	classNexusTrigger       = triggerClass("NexusTrigger")
	classPluginTrigger      = triggerClass("PluginTrigger")
)

func triggerClass(name string) *class {
	return newClass("com.netflix.spinnaker.orca.pipeline.model."+name, classObject, classTrigger)
}

// beanFields are the properties of each class, in the order of their JSON.
var beanFields = map[*class][]beanField{
	classArtifact: {
		{name: "type", typ: classString}, {name: "customKind", typ: classBooleanPrim, none: false},
		{name: "name", typ: classString}, {name: "version", typ: classString}, {name: "location", typ: classString},
		{name: "reference", typ: classString}, {name: "metadata", typ: classMap, none: emptyMap()},
		{name: "artifactAccount", typ: classString}, {name: "provenance", typ: classString}, {name: "uuid", typ: classString},
	},
	classExpectedArtifact: {
		{name: "matchArtifact", typ: classArtifact}, {name: "usePriorArtifact", typ: classBooleanPrim, none: false},
		{name: "useDefaultArtifact", typ: classBooleanPrim, none: false}, {name: "defaultArtifact", typ: classArtifact},
		{name: "id", typ: classString, none: ""}, {name: "boundArtifact", typ: classArtifact},
	},
	classJenkinsBuildInfo:   append(buildInfoFields(), beanField{name: "timestamp", typ: classLong}),
	classConcourseBuildInfo: buildInfoFields(),
	classJenkinsArtifact: {
		{name: "fileName", typ: classString}, {name: "relativePath", typ: classString},
	},
	classSourceControl: {
		{name: "name", typ: classString}, {name: "branch", typ: classString}, {name: "sha1", typ: classString},
	},
	classAuthentication: {
		{name: "user", typ: classString}, {name: "allowedAccounts", typ: classCollection, none: newList(nil)},
	},
	classPausedDetails: {
		{name: "pausedBy", typ: classString}, {name: "resumedBy", typ: classString}, {name: "pauseTime", typ: classLong},
		{name: "resumeTime", typ: classLong}, {name: "paused", typ: classBooleanPrim, none: false},
		{name: "pausedMs", typ: classLongPrim, none: int64(0)},
	},
	classNotEvaluable: {{name: "expression", typ: classObject}},

	classDefaultTrigger: triggerFields(),
	classJenkinsTrigger: triggerFields(beanField{name: "master", typ: classString}, beanField{name: "job", typ: classString},
		beanField{name: "buildNumber", typ: classIntPrim}, beanField{name: "propertyFile", typ: classString},
		beanField{name: "buildInfo", typ: classJenkinsBuildInfo}, beanField{name: "properties", typ: classMap, none: emptyMap()}),
	classConcourseTrigger: triggerFields(beanField{name: "buildInfo", typ: classConcourseBuildInfo},
		beanField{name: "properties", typ: classMap, none: emptyMap()}),
	classDockerTrigger: triggerFields(texts("account", "repository", "tag")...),
	classGitTrigger: append(triggerFields(texts("hash", "source", "project", "branch", "slug")...),
		beanField{name: "action", typ: classString, none: "undefined"}),
	classPipelineTrigger: triggerFields(beanField{name: "parentExecution", typ: classPipelineExecution},
		beanField{name: "parentPipelineStageId", typ: classString}, beanField{name: "parentStage", typ: classStageExecution}),
	classArtifactoryTrigger: triggerFields(texts("artifactorySearchName")...),
	classNexusTrigger:       triggerFields(texts("nexusSearchName")...),
	classPluginTrigger: triggerFields(append(texts("pluginId", "description", "provider", "version", "releaseDate", "binaryUrl"),
		beanField{name: "requires", typ: classList}, beanField{name: "preferred", typ: classBooleanPrim, none: false})...),
}

func emptyMap() *Map { return newMap(classLinkedHashMap) }

func texts(names ...string) []beanField {
	out := make([]beanField, len(names))
	for i, n := range names {
		out[i] = beanField{name: n, typ: classString}
	}
	return out
}

func buildInfoFields() []beanField {
	return []beanField{
		{name: "name", typ: classString}, {name: "number", typ: classIntPrim, none: int32(0)}, {name: "url", typ: classString},
		{name: "result", typ: classString}, {name: "artifacts", typ: classList, items: classJenkinsArtifact},
		{name: "scm", typ: classList, items: classSourceControl}, {name: "building", typ: classBooleanPrim, none: false},
		{name: "fullDisplayName", typ: classString},
	}
}

func triggerFields(own ...beanField) []beanField {
	all := []beanField{
		{name: "type", typ: classString, none: "none"}, {name: "correlationId", typ: classString},
		{name: "user", typ: classString, none: "[anonymous]"}, {name: "parameters", typ: classMap, none: emptyMap()},
		{name: "artifacts", typ: classList, items: classArtifact, none: newList(nil)},
		{name: "notifications", typ: classList, none: newList(nil)},
	}
	all = append(all, own...)
	return append(all,
		beanField{name: "resolvedExpectedArtifacts", typ: classList, items: classExpectedArtifact, none: newList(nil)},
		beanField{name: "rebake", typ: classBooleanPrim, none: false}, beanField{name: "dryRun", typ: classBooleanPrim, none: false},
		beanField{name: "strategy", typ: classBooleanPrim, none: false}, beanField{name: "other", typ: classMap})
}

func defineBeans() {
	for c, fields := range beanFields {
		for _, f := range fields {
			getter := "get" + capitalize(f.name)
			if f.typ == classBooleanPrim && f.name != "building" && f.name != "preferred" {
				getter = "is" + capitalize(f.name)
			}
			m := &method{name: getter, returns: f.typ, callable: allowedReturn(f.typ)}
			m.fn = give(func(in *invocation) any { return in.self.(*bean).get(f) })
			c.own = append(c.own, m)
		}
	}
}

// get reads a property in its declared class.
func (b *bean) get(f beanField) any {
	if v, ok := b.made[f.name]; ok {
		return v
	}
	v := b.build(f)
	switch v.(type) {
	case *bean, *List, *execution, *execStage:
		if b.made == nil {
			b.made = map[string]any{}
		}
		b.made[f.name] = v
	}
	return v
}

func (b *bean) build(f beanField) any {
	v := b.fields.get(f.name)
	switch {
	case f.name == "other":
		if b.fields.own != nil {
			return b.fields.own
		}
		return b.fields.raw
	case f.name == "fullDisplayName" && v == nil:
		return javaString(b.fields.get("name")) + "#" + javaString(b.fields.get("number"))
	case f.name == "parentStage":
		parent, _ := b.get(beanField{name: "parentExecution", typ: classPipelineExecution}).(*execution)
		return parent.stageByID(b.fields.get("parentPipelineStageId"))
	case b.class == classArtifact && f.name == "metadata":
		return copied(v)
	case v == nil && f.typ == classArtifact && f.name == "matchArtifact":
		return newBean(classArtifact, emptyMap())
	case v == nil:
		return f.none
	case f.typ == classLong || f.typ == classLongPrim:
		return toInt64(v)
	case f.typ == classPipelineExecution:
		return executionOf(v)
	case beanFields[f.typ] != nil:
		return newBean(f.typ, v)
	case f.items != nil:
		return beans(f.items, v)
	}
	return v
}

// copied is a HashMap of the entries of a map.
func copied(v any) any {
	out := newMap(classHashMap)
	if m, ok := asMap(v); ok {
		for _, k := range m.keys() {
			out.put(k, m.get(k))
		}
	}
	return out
}

// newBean makes a bean of a map; nil where v isn't one.
func newBean(c *class, v any) any {
	m, ok := asMap(v)
	if !ok {
		return nil
	}
	if c == classArtifact {
		m = artifactFields(m)
	}
	return &bean{class: c, fields: m}
}

// artifactFields gathers what an artifact's class doesn't know in its
// metadata, as reading its JSON does.
func artifactFields(m view) view {
	known := map[string]bool{"kind": true}
	for _, f := range beanFields[classArtifact] {
		known[f.name] = true
	}
	var extra []string
	for _, k := range m.keys() {
		if s, ok := k.(string); ok && !known[s] {
			extra = append(extra, s)
		}
	}
	if extra == nil {
		return m
	}
	out, metadata := newMap(classLinkedHashMap), newMap(classHashMap)
	for _, k := range m.keys() {
		out.put(k, m.get(k))
	}
	if given, ok := asMap(m.get("metadata")); ok {
		for _, k := range given.keys() {
			metadata.put(k, given.get(k))
		}
	}
	for _, k := range extra {
		metadata.put(k, m.get(k))
	}
	out.put("metadata", metadata)
	return view{own: out}
}

func beans(c *class, v any) any {
	members, ok := collection(v)
	if !ok {
		return nil
	}
	out := make([]any, members.len())
	for i := range out {
		if out[i] = members.at(i); classOf(out[i]) != c {
			out[i] = newBean(c, out[i])
		}
	}
	return newList(out)
}

// newTrigger makes the trigger of an execution, of the class that its fields
// look like.
func newTrigger(fields map[string]any) *bean {
	f := view{raw: fields}
	has := func(names ...string) bool {
		for _, n := range names {
			if f.get(n) == nil {
				return false
			}
		}
		return true
	}
	c := classDefaultTrigger
	switch {
	case has("account", "repository", "tag"):
		c = classDockerTrigger
	case f.get("type") == "concourse":
		c = classConcourseTrigger
	case has("master", "job", "buildNumber"):
		c = classJenkinsTrigger
	case has("parentExecution"):
		c = classPipelineTrigger
	case has("artifactorySearchName"):
		c = classArtifactoryTrigger
	case has("nexusSearchName"):
		c = classNexusTrigger
	case has("source", "project", "branch", "slug", "hash"):
		c = classGitTrigger
	case has("pluginId"):
		c = classPluginTrigger
	}
	return &bean{class: c, fields: f}
}

func (b *bean) field(name string) any {
	for _, f := range beanFields[b.class] {
		if f.name == name {
			return b.get(f)
		}
	}
	return nil
}

// asTriggerMap is the trigger as expressions see it at the top: its JSON as a
// map, what it always has first.
func (b *bean) asTriggerMap() *Map {
	out := newMap(classLinkedHashMap)
	for _, f := range beanFields[b.class] {
		if f.name == "other" || f.name == "parentStage" {
			continue
		}
		if v := b.fields.get(f.name); v != nil {
			out.put(f.name, v)
		} else if f.none != nil {
			out.put(f.name, f.none)
		}
	}
	for _, k := range b.fields.keys() {
		if v := b.fields.get(k); v != nil {
			out.put(k, v)
		}
	}
	return out
}
