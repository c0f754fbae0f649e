import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { isTemplated } from '@/features/templates/model'
import { isObject, oddStages, textOf, type Json } from './model'
import { useRun } from './run'
import type { StageType } from './stageKinds'
import { useSuggestions } from './suggestions'
import { isCode, stageOfPlace } from './unread'
import { useDraft } from './useDraft'
import { useEditing } from './useEditing'
import { usePlanned } from './usePlanned'
import { useSaving } from './useSaving'
import { useSelected } from './useSelected'
import type { Problem } from './problems'

const from = '/applications/$app/pipelines/$id/edit'

/** Everything that the editor's parts share: the draft, what is selected, and what is done with them. */
export function useEditor(app: string, read: Json, types: readonly StageType[]) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from })
  const d = useDraft(app, read)
  const { draft, change } = d
  const { templated, plan, drawn, stages, found, problems } = usePlanned(draft)
  const { selected, select } = useSelected()
  const byType = useMemo(
    () => new Map(types.flatMap((x) => [x.name, ...x.aliases].map((name) => [name, x] as const))),
    [types],
  )
  const locked = isObject(d.saved['locked']) && d.saved['locked']['ui'] === true
  const fixed = locked || templated
  const stageId = selected.length === 1 ? (selected[0] ?? '') : ''
  const stage = stages.get(stageId)
  const { suggest, words, account } = useSuggestions(draft, stage)
  const { runs, run } = useRun(d.id, search.run)
  const editing = useEditing({ app, draft, change, stages, selected, select, fixed, account })
  // The sections of the pipeline's settings that are open; they stay so while a stage is shown.
  const [open, setOpen] = useState(() => (isTemplated(read) ? ['template'] : ['general']))
  const { save, waiting } = useSaving(d, byType)
  const setCode = (on: boolean) =>
    void navigate({ search: (before) => ({ ...before, view: on ? 'code' : undefined }), replace: true })
  return {
    app,
    types,
    byType,
    d,
    draft,
    change,
    save,
    /** Whether it is saved as soon as the server is back. */
    waiting,
    templated,
    plan,
    stages,
    /** Whether the stages can't be drawn. */
    odd: oddStages(drawn),
    locked,
    /** Whether the stages are not to be changed here: locked, or those of a template. */
    fixed,
    found,
    problems,
    selected,
    select,
    stageId,
    stage,
    editing,
    suggest,
    words,
    runs,
    run,
    /** The selected stage in the run that expressions are tried on. */
    seenBy: run?.stages.find((s) => !s.parentStageId && s.refId === textOf(stage?.refId))?.id,
    code: search.view === 'code',
    setCode,
    open,
    setOpen,
    trying: search.try === true,
    setTrying: (on: boolean) =>
      void navigate({ search: (before) => ({ ...before, try: on || undefined }), replace: true }),
    chooseRun: (id: string | undefined) =>
      void navigate({ search: (before) => ({ ...before, run: id }), replace: true }),
    /** Selects the stage that a problem is about. */
    show: (p: Problem) => {
      const id = [...problems].find(([, list]) => list.includes(p))?.[0] ?? ''
      select(id === '' ? [] : [id])
    },
    /** Goes to the first text that isn't understood yet. */
    showUnread: () => {
      const [place = ''] = Object.keys(d.texts)
      setCode(isCode(place))
      const of = stageOfPlace(place)
      if (of !== undefined) select([of])
    },
  }
}

export type Editor = ReturnType<typeof useEditor>
