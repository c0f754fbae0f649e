import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useReducer, useState } from 'react'
import { keys, type Pipeline } from '@/api/queries'
import { dropDraft, keepDraft, keptDraft } from './drafts'
import { begin, step } from './history'
import { same, textOf, withRefs, type Json } from './model'
import { contentOf, readPipeline, savePipeline, Stale } from './save'

/** A pipeline while it is edited: what was saved, what is written, and the way between them. */
export function useDraft(app: string, read: Json) {
  const queries = useQueryClient()
  const id = textOf(read['id'])
  const [saved, setSaved] = useState(() => withRefs(read))
  const [history, dispatch] = useReducer(step, saved, begin)
  const [busy, setBusy] = useState(false)
  const [theirs, setTheirs] = useState<Json>()
  const [left, setLeft] = useState(() => {
    const kept = keptDraft(id)
    return kept && !same(contentOf(kept.draft), contentOf(withRefs(read))) ? kept : undefined
  })
  const draft = history.present
  const dirty = useMemo(() => !same(contentOf(draft), contentOf(saved)), [draft, saved])

  useEffect(() => {
    if (left) return
    if (!dirty) {
      dropDraft(id)
      return
    }
    const timer = setTimeout(() => { keepDraft(id, draft, saved) }, 400)
    return () => { clearTimeout(timer) }
  }, [dirty, draft, id, left, saved])

  const change = useCallback((to: Json, topic?: string) => { dispatch({ type: 'change', to, topic, at: Date.now() }) }, [])

  // Saves what is given over what was read; undefined where someone else has saved meanwhile.
  const put = async (what: Json, over: Json): Promise<{ now: Json; warnings: string[] } | undefined> => {
    setBusy(true)
    try {
      const body = { ...contentOf(what), application: app, ...pick(over, ['id', 'index', 'updateTs', 'createTs', 'lastModifiedBy']) }
      const warnings = await savePipeline(body)
      const now = withRefs(await readPipeline(app, id))
      setSaved(now)
      setTheirs(undefined)
      // Other pages show what was saved at once, not only when they have asked again.
      queries.setQueryData<Pipeline[]>(keys.pipelines(app), (list) => list?.map((p) => (p.id === id ? { ...p, ...now } : p)))
      void queries.invalidateQueries({ queryKey: keys.pipelines(app) })
      void queries.invalidateQueries({ queryKey: ['pipelineHistory', id] })
      return { now, warnings }
    } catch (error) {
      if (!(error instanceof Stale)) throw error
      setTheirs(withRefs(await readPipeline(app, id)))
      return undefined
    } finally {
      setBusy(false)
    }
  }

  return {
    id, saved, draft, dirty, busy, theirs, left,
    canUndo: history.past.length > 0, canRedo: history.future.length > 0,
    change, undo: () => { dispatch({ type: 'undo' }) }, redo: () => { dispatch({ type: 'redo' }) },
    revert: () => { change(saved) },
    /** Saves the draft; over what others have saved only where that was seen and chosen. */
    save: async (over: Json = saved) => {
      const done = await put(draft, over)
      if (done && !same(contentOf(done.now), contentOf(draft))) change(done.now)
      return done?.warnings
    },
    /** Saves some fields at once, and leaves what is being edited as it is. */
    saveFields: async (fields: Json) => {
      const done = await put({ ...saved, ...fields }, saved)
      if (done) change({ ...draft, ...fields })
      return done !== undefined
    },
    closeConflict: () => { setTheirs(undefined) },
    takeTheirs: () => {
      if (!theirs) return
      setSaved(theirs)
      change(theirs)
      setTheirs(undefined)
    },
    restoreLeft: () => {
      if (left) change(left.draft)
      setLeft(undefined)
    },
    dropLeft: () => {
      dropDraft(id)
      setLeft(undefined)
    },
  }
}

export type Draft = ReturnType<typeof useDraft>

function pick(from: Json, fields: readonly string[]): Json {
  return Object.fromEntries(fields.flatMap((f) => (from[f] === undefined ? [] : [[f, from[f]]])))
}
