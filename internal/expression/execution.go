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
	get("getInitialConfig()Map", func(e *execution) any { return copied(e.m.InitialConfig) })
	get("getSystemNotifications()List", func(e *execution) any { return newList(e.systemNotifications()) })
	get("getSpelEvaluator()String", func(e *execution) any { return orNull(e.m.SpelEvaluator) })
	get("getTemplateVariables()Map", func(e *execution) any { return rawMap(e.m.TemplateVariables) })
	get("getPartition()String", func(e *execution) any { return orNull(e.m.Partition) })
	get("getAdditionalHeaders()Map", func(e *execution) any { return copied(e.m.AdditionalHeaders) })
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
