package expression

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

var (
	classPipelineExecutionAPI = newInterface("com.netflix.spinnaker.orca.api.pipeline.models.PipelineExecution")
	classStageExecutionAPI    = newInterface("com.netflix.spinnaker.orca.api.pipeline.models.StageExecution")
	classExecutionImpl        = newClass("com.netflix.spinnaker.orca.pipeline.model.PipelineExecutionImpl", classObject, classPipelineExecutionAPI)
	classStageImpl            = newClass("com.netflix.spinnaker.orca.pipeline.model.StageExecutionImpl", classObject, classStageExecutionAPI)

	// What functions and getters declare.
	classPipelineExecution = classPipelineExecutionAPI
	classStageExecution    = classStageExecutionAPI
)

// execution is what expressions see of an execution.
type execution struct {
	m       *model.Execution
	list    *List
	trig    *bean
	context any
	// orders are the keys of stages' contexts in their order, by stage id,
	// where it is known.
	orders map[any][]any
}

func newExecution(m *model.Execution) *execution { return &execution{m: m} }

func (e *execution) javaClass() *class { return classExecutionImpl }

func (e *execution) equals(o any) bool {
	other, ok := o.(*execution)
	return ok && e.m.ID == other.m.ID
}

func (e *execution) hash() int32 { return 31 + stringHash(e.m.ID) }

// executionOf reads an execution within another's trigger.
func executionOf(v any) any {
	switch v := v.(type) {
	case *execution:
		return v
	}
	data, err := toJSON(v, jsonDropNulls)
	if err != nil {
		return nil
	}
	var m model.Execution
	if err := model.Unmarshal(data, &m); err != nil {
		return nil
	}
	return newExecution(&m)
}

// stages lists the stages, each with one identity.
func (e *execution) stages() *List {
	if e.list == nil {
		items := make([]any, len(e.m.Stages))
		for i, s := range e.m.Stages {
			items[i] = &execStage{exec: e, m: s}
		}
		e.list = newList(items)
	}
	return e.list
}

func (e *execution) find(match func(*model.Stage) bool) *execStage {
	for i, s := range e.m.Stages {
		if match(s) {
			return e.stages().items[i].(*execStage)
		}
	}
	return nil
}

func (e *execution) stageByID(id any) any {
	if e == nil {
		return nil
	}
	if s := e.find(func(s *model.Stage) bool { return s.ID == id }); s != nil {
		return s
	}
	return nil
}

func (e *execution) trigger() *bean {
	if e.trig == nil {
		e.trig = newTrigger(e.m.Trigger)
	}
	return e.trig
}

// outputs merges the outputs of all stages, earlier ones first; lists of the
// same key are joined, and of other values the later one stays.
func (e *execution) outputs() any {
	if e.context != nil {
		return e.context
	}
	out := newMap(classHashMap)
	for _, s := range topological(e.m.Stages) {
		from := view{raw: s.Outputs}
		for _, k := range from.keys() {
			v := from.get(k)
			before, had := out.lookup(k)
			a, listA := collection(before)
			b, listB := collection(v)
			if had && listA && listB {
				v = newList(newSet(append(a.copied(), b.copied()...)).items)
			}
			out.put(k, v)
		}
	}
	e.context = out
	return out
}

// topological orders the stages that are not synthetic by what they require.
func topological(stages []*model.Stage) []*model.Stage {
	var left, out []*model.Stage
	for _, s := range stages {
		if s.ParentStageID == "" {
			left = append(left, s)
		}
	}
	done := map[string]bool{}
	for len(left) > 0 {
		var ready, rest []*model.Stage
		for _, s := range left {
			if slices.ContainsFunc(s.RequisiteStageRefIDs, func(ref string) bool { return !done[ref] }) {
				rest = append(rest, s)
			} else {
				ready = append(ready, s)
			}
		}
		if ready == nil {
			return append(out, rest...)
		}
		for _, s := range ready {
			done[s.RefID] = true
		}
		out, left = append(out, ready...), rest
	}
	return out
}

// execStage is what expressions see of a stage.
type execStage struct {
	exec *execution
	m    *model.Stage
	ctx  *Map
}

func (s *execStage) javaClass() *class { return classStageImpl }

func (s *execStage) equals(o any) bool {
	other, ok := o.(*execStage)
	return ok && s.m.ID == other.m.ID
}

func (s *execStage) hash() int32 { return 31 + stringHash(s.m.ID) }

func (s *execStage) text() string {
	return "Stage {id='" + s.m.ID + "', executionId='" + s.exec.m.ID + "'}"
}

func (s *execStage) context() *Map {
	if s.ctx == nil {
		s.ctx = &Map{class: classStageContext, values: map[any]any{}, parent: &stageView{exec: s.exec.m, stage: s.m, order: s.exec.orders[s.m.ID]}}
	}
	return s.ctx
}

// stageView reads a stage's context: its own keys, else the outputs of the
// nearest ancestor that has the key.
type stageView struct {
	exec      *model.Execution
	stage     *model.Stage
	ancestors []*model.Stage
	known     bool
	order     []any // of the context's keys, where it is known
}

func (v *stageView) has(key any) bool {
	s, ok := key.(string)
	if !ok {
		return false
	}
	_, ok = v.stage.Context[s]
	return ok
}

func (v *stageView) get(key any) any {
	s, ok := key.(string)
	if !ok {
		return nil
	}
	if own, ok := v.stage.Context[s]; ok {
		return norm(own)
	}
	for _, a := range v.upstream() {
		if out, ok := a.Outputs[s]; ok {
			return norm(out)
		}
	}
	return nil
}

func (v *stageView) upstream() []*model.Stage {
	if !v.known {
		v.ancestors, v.known = ancestors(v.exec, v.stage), true
	}
	return v.ancestors
}

func (v *stageView) keys(more []any) []any {
	out := v.order
	if out == nil {
		out = (view{raw: v.stage.Context}).keys()
	}
	out = out[:len(out):len(out)]
	for _, k := range more {
		if !v.has(k) {
			out = append(out, k)
		}
	}
	return out
}

// all is getAll: every ancestor's output of a key, nearest first, after the
// stage's own value, and for artifacts the trigger's last.
func (m *Map) all(key any) []any {
	var out []any
	if v, ok := m.lookup(key); ok {
		out = append(out, v)
	} else if m.parent != nil && m.parent.has(key) {
		out = append(out, m.parent.get(key))
	}
	if m.parent == nil {
		return out
	}
	name, _ := key.(string)
	for _, a := range m.parent.upstream() {
		if v, ok := a.Outputs[name]; ok {
			out = append(out, norm(v))
		}
	}
	if name == "artifacts" || name == "resolvedExpectedArtifacts" {
		out = append(out, newTrigger(m.parent.exec.Trigger).field(name))
	}
	return out
}

// ancestors lists a stage and all that came before it, nearest first, as
// Orca's stages have them.
func ancestors(exec *model.Execution, stage *model.Stage) []*model.Stage {
	if exec == nil {
		return []*model.Stage{stage}
	}
	w := ancestry{exec, map[string]bool{}}
	return append([]*model.Stage{stage}, w.of(stage)...)
}

type ancestry struct {
	exec    *model.Execution
	visited map[string]bool
}

func (w ancestry) of(stage *model.Stage) []*model.Stage {
	w.visited[stage.RefID] = true
	var out []*model.Stage
	switch {
	case len(stage.RequisiteStageRefIDs) > 0:
		var previous []*model.Stage
		for _, s := range w.exec.Stages {
			if !w.visited[s.RefID] && slices.Contains(stage.RequisiteStageRefIDs, s.RefID) {
				previous = append(previous, s)
			}
		}
		out = append(out, previous...)
		for _, s := range w.exec.Stages {
			if s.SyntheticStageOwner != "" && slices.ContainsFunc(previous, func(p *model.Stage) bool { return p.ID == s.ParentStageID }) {
				out = append(out, s)
			}
		}
		for _, p := range previous {
			out = append(out, w.of(p)...)
		}
	case stage.ParentStageID != "" && !w.visited[stage.ParentStageID]:
		if stage.SyntheticStageOwner == model.StageAfter {
			for _, s := range w.exec.Stages {
				if s.ParentStageID == stage.ParentStageID && s.SyntheticStageOwner == model.StageBefore {
					out = append(out, s)
				}
			}
		}
		if parent := w.exec.StageByID(stage.ParentStageID); parent != nil && !w.visited[parent.RefID] {
			out = append(append(out, parent), w.of(parent)...)
		}
	}
	return out
}

// orNull is a text, or null where it is empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// since is a time, or null where it is unset.
func since(ms int64) any {
	if ms == 0 {
		return nil
	}
	return ms
}

func rawMap(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

func defineExecutions() {
	c := classExecutionImpl
	get := func(signature string, f func(*execution) any) {
		c.def(signature, give(func(in *invocation) any { return f(in.self.(*execution)) }))
	}
	get("getId()String", func(e *execution) any { return e.m.ID })
	get("getRootId()String", func(e *execution) any { return orNull(e.m.RootID) })
	get("getApplication()String", func(e *execution) any { return e.m.Application })
	get("getName()String", func(e *execution) any { return orNull(e.m.Name) })
	get("getBuildTime()Long", func(e *execution) any { return since(e.m.BuildTime) })
	get("isCanceled()boolean", func(e *execution) any { return e.m.Canceled })
	get("getCanceledBy()String", func(e *execution) any { return orNull(e.m.CanceledBy) })
	get("getCancellationReason()String", func(e *execution) any { return orNull(e.m.CancellationReason) })
	get("isLimitConcurrent()boolean", func(e *execution) any { return e.m.LimitConcurrent })
	get("getMaxConcurrentExecutions()int", func(e *execution) any { return int32(e.m.MaxConcurrentExecutions) })
	get("isKeepWaitingPipelines()boolean", func(e *execution) any { return e.m.KeepWaitingPipelines })
	get("getContext()Map", (*execution).outputs)
	get("getStages()List", func(e *execution) any { return e.stages() })
	get("getStartTime()Long", func(e *execution) any { return since(e.m.StartTime) })
	get("getEndTime()Long", func(e *execution) any { return since(e.m.EndTime) })
	get("getStartTimeExpiry()Long", func(e *execution) any { return since(e.m.StartTimeExpiry) })
	get("getStatus()Status", func(e *execution) any { return status(string(e.m.Status)) })
	get("getAuthentication()Authentication", func(e *execution) any { return e.authentication() })
	get("getPaused()PausedDetails", func(e *execution) any { return e.paused() })
	get("getOrigin()String", func(e *execution) any { return orNull(e.m.Origin) })
	get("getTrigger()Trigger", func(e *execution) any { return e.trigger() })
	get("getDescription()String", func(e *execution) any { return orNull(e.m.Description) })
	get("getPipelineConfigId()String", func(e *execution) any { return orNull(e.m.PipelineConfigID) })
	get("getNotifications()List", func(e *execution) any { return newList(norm(e.m.Notifications).([]any)) })
	get("getInitialConfig()Map", func(e *execution) any { return hashMapOf(e.m.InitialConfig) })
	get("getSystemNotifications()List", func(e *execution) any { return newList(e.systemNotifications()) })
	get("getSpelEvaluator()String", func(e *execution) any { return orNull(e.m.SpelEvaluator) })
	get("getTemplateVariables()Map", func(e *execution) any { return rawMap(e.m.TemplateVariables) })
	get("getPartition()String", func(e *execution) any { return orNull(e.m.Partition) })
	get("getAdditionalHeaders()Map", func(e *execution) any { return hashMapOf(e.m.AdditionalHeaders) })
	c.def("getType()ExecutionType", nil)
	c.def("getSource()PipelineSource", nil)
	c.def("getSize()Optional", nil)
	c.def("getTotalSize()Optional", nil)
	c.def("namedStage(String)Stage", give(func(in *invocation) any {
		e := in.self.(*execution)
		if s := e.find(func(s *model.Stage) bool { return s.Type == in.args[0] }); s != nil {
			return s
		}
		return nil
	}))
	byName := func(signature, what string, match func(*model.Stage, any) bool) {
		c.def(signature, func(in *invocation) (any, error) {
			e := in.self.(*execution)
			if s := e.find(func(s *model.Stage) bool { return match(s, in.args[0]) }); s != nil {
				return s, nil
			}
			return nil, fail(exArgument, "the execution %s has no stage of %s '%s'", e.m.ID, what, javaString(in.args[0]))
		})
	}
	byName("stageById(String)Stage", "id", func(s *model.Stage, v any) bool { return s.ID == v })
	byName("stageByRef(String)Stage", "refId", func(s *model.Stage, v any) bool { return s.RefID == v })
	defineStages()
}

func hashMapOf(m map[string]any) any {
	out := newMap(classHashMap)
	v := view{raw: m}
	for _, k := range v.keys() {
		out.put(k, v.get(k))
	}
	return out
}

func (e *execution) authentication() any {
	a := e.m.Authentication
	if a == nil {
		return nil
	}
	return &bean{class: classAuthentication, fields: view{raw: map[string]any{
		"user": orNull(a.User), "allowedAccounts": immutableSet(a.AllowedAccounts),
	}}}
}

// immutableSet is what Java's Set.copyOf makes.
func immutableSet(members []string) any {
	out := newSet(listOf(members, func(s string) any { return s }))
	if out.class = classSetN; len(out.items) == 1 || len(out.items) == 2 {
		out.class = classSet12
	}
	return out
}

func (e *execution) paused() any {
	p := e.m.Paused
	if p == nil {
		return nil
	}
	return &bean{class: classPausedDetails, fields: view{raw: map[string]any{
		"pausedBy": orNull(p.PausedBy), "resumedBy": orNull(p.ResumedBy), "pauseTime": since(p.PauseTime),
		"resumeTime": since(p.ResumeTime), "paused": p.PauseTime != 0 && p.ResumeTime == 0, "pausedMs": p.PausedMs(),
	}}}
}

func (e *execution) systemNotifications() []any {
	return listOf(e.m.SystemNotifications, func(n model.SystemNotification) any {
		m := newMap(classLinkedHashMap)
		m.put("createdAt", n.CreatedAt)
		m.put("group", n.Group)
		m.put("message", n.Message)
		m.put("closed", n.Closed)
		return m
	})
}

func defineStages() {
	c := classStageImpl
	get := func(signature string, f func(*execStage) any) {
		c.def(signature, give(func(in *invocation) any { return f(in.self.(*execStage)) }))
	}
	get("getId()String", func(s *execStage) any { return s.m.ID })
	get("getRefId()String", func(s *execStage) any { return orNull(s.m.RefID) })
	get("getType()String", func(s *execStage) any { return s.m.Type })
	get("getName()String", func(s *execStage) any { return s.name() })
	get("getExecution()Execution", func(s *execStage) any { return s.exec })
	get("getStartTime()Long", func(s *execStage) any { return since(s.m.StartTime) })
	get("getEndTime()Long", func(s *execStage) any { return since(s.m.EndTime) })
	get("getStartTimeExpiry()Long", func(s *execStage) any { return since(s.m.StartTimeExpiry) })
	get("getStatus()Status", func(s *execStage) any { return status(string(s.m.Status)) })
	get("getContext()Map", func(s *execStage) any { return s.context() })
	get("getOutputs()Map", func(s *execStage) any { return s.outputs() })
	get("getTasks()List", func(s *execStage) any { return newList(s.tasks()) })
	get("getParentStageId()String", func(s *execStage) any { return orNull(s.m.ParentStageID) })
	get("getRequisiteStageRefIds()Collection", func(s *execStage) any { return s.requisites() })
	get("getScheduledTime()Long", func(s *execStage) any { return since(s.m.ScheduledTime) })
	get("getAdditionalMetricTags()Map", func(s *execStage) any { return rawMap(s.m.AdditionalMetricTags) })
	get("getParent()Stage", func(s *execStage) any {
		if s.m.ParentStageID == "" {
			return nil
		}
		return s.exec.stageByID(s.m.ParentStageID)
	})
	get("getTopLevelStage()Stage", func(s *execStage) any { return s.topLevel() })
	get("getHasSucceeded()boolean", func(s *execStage) any { return s.m.Status == model.Succeeded })
	get("getHasFailed()boolean", func(s *execStage) any { return s.m.Status == model.Terminal })
	get("isJoin()boolean", func(s *execStage) any { return len(s.m.RequisiteStageRefIDs) > 1 })
	get("isManualJudgmentType()boolean", func(s *execStage) any { return s.m.Type == "manualJudgment" })
	get("getContinuePipelineOnFailure()boolean", func(s *execStage) any { return model.Bool(s.m.Context, "continuePipeline", false) })
	get("getAllowSiblingStagesToContinueOnFailure()boolean", func(s *execStage) any {
		return s.m.ParentStageID != "" && model.Bool(s.m.Context, "allowSiblingStagesToContinueOnFailure", false)
	})
	get("withPropagateAuthentication()boolean", func(s *execStage) any {
		return model.Bool(s.m.Context, "propagateAuthenticationContext", false)
	})
	get("ancestors()List", func(s *execStage) any { return s.list(ancestors(s.exec.m, s.m)) })
	get("directAncestors()List", func(s *execStage) any {
		return s.list(ancestors(s.exec.m, &model.Stage{
			ID: s.m.ID, RefID: s.m.RefID, ParentStageID: s.m.ParentStageID, SyntheticStageOwner: s.m.SyntheticStageOwner,
		}))
	})
	get("directChildren()List", func(s *execStage) any {
		return s.filter(func(o *model.Stage) bool { return o.ParentStageID == s.m.ID })
	})
	get("downstreamStages()List", func(s *execStage) any {
		return s.filter(func(o *model.Stage) bool { return slices.Contains(o.RequisiteStageRefIDs, s.m.RefID) })
	})
	get("allDownstreamStages()List", func(s *execStage) any { return s.allDownstream() })
	c.def("getSyntheticStageOwner()SyntheticOwner", nil)
	c.def("getLastModified()LastModified", nil)
	for _, hidden := range []string{"getSize", "getTimeout", "getBackoffPeriod", "getParentWithTimeout"} {
		c.def(hidden+"()Optional", nil)
	}
}

func (s *execStage) name() string {
	if s.m.Name != "" {
		return s.m.Name
	}
	return s.m.Type
}

func (s *execStage) outputs() any {
	if s.m.Outputs == nil {
		return map[string]any{}
	}
	return s.m.Outputs
}

func (s *execStage) requisites() any {
	l := newSet(listOf(s.m.RequisiteStageRefIDs, func(r string) any { return r }))
	if l.class = classImmutableSet; len(l.items) == 1 {
		l.class = classSingletonSet
	}
	return l
}

func (s *execStage) list(stages []*model.Stage) any {
	out := make([]any, 0, len(stages))
	for _, m := range stages {
		if found := s.exec.stageByID(m.ID); found != nil {
			out = append(out, found)
		}
	}
	if len(out) == 1 {
		return &List{class: classSingletonList, items: out}
	}
	return &List{class: classImmutableList, items: out}
}

func (s *execStage) filter(match func(*model.Stage) bool) any {
	out := []any{}
	for i, m := range s.exec.m.Stages {
		if match(m) {
			out = append(out, s.exec.stages().items[i])
		}
	}
	return newList(out)
}

func (s *execStage) topLevel() any {
	top := s.m
	for range s.exec.m.Stages {
		parent := s.exec.m.StageByID(top.ParentStageID)
		if top.ParentStageID == "" || parent == nil {
			break
		}
		top = parent
	}
	return s.exec.stageByID(top.ID)
}

func (s *execStage) allDownstream() any {
	var out []any
	seen := map[string]bool{s.m.RefID: true}
	for queue := []string{s.m.RefID}; len(queue) > 0; queue = queue[1:] {
		for i, o := range s.exec.m.Stages {
			if slices.Contains(o.RequisiteStageRefIDs, queue[0]) && !seen[o.RefID] {
				seen[o.RefID] = true
				out = append(out, s.exec.stages().items[i])
				queue = append(queue, o.RefID)
			}
		}
	}
	return newList(out)
}

func (s *execStage) tasks() []any {
	return listOf(s.m.Tasks, func(t *model.Task) any {
		m := newMap(classLinkedHashMap)
		m.put("id", t.ID)
		m.put("implementingClass", t.ImplementingClass)
		m.put("name", t.Name)
		m.put("startTime", since(t.StartTime))
		m.put("endTime", since(t.EndTime))
		m.put("status", string(t.Status))
		m.put("stageStart", t.StageStart)
		m.put("stageEnd", t.StageEnd)
		m.put("loopStart", t.LoopStart)
		m.put("loopEnd", t.LoopEnd)
		return m
	})
}
