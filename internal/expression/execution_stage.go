package expression

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

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
