import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { keys, type Pipeline } from '@/api/queries'
import { dropDraft, keepDraft, keptDrafts, newSession, type Kept, type Texts } from './drafts'
import { begin, step } from './history'
import { same, stagesById, textOf, withRefs, type Json } from './model'
import { contentOf, readPipeline, savePipeline, Stale } from './save'
import { useKeeping } from './useKeeping'
import { stageOfPlace } from './unread'

/** A pipeline while it is edited: what was saved, what is written, and the way between them. */
export function useDraft(app: string, read: Json) {
  const queries = useQueryClient()
  const id = textOf(read['id'])
  const [session] = useState(newSession)
  const [saved, setSaved] = useState(() => withRefs(read))
  const [history, dispatch] = useReducer(step, saved, begin)
  const [written, setTexts] = useState<Texts>({})
  const [busy, setBusy] = useState(false)
  const [theirs, setTheirs] = useState<Json>()
  const [left, setLeft] = useState<readonly Kept[]>(() =>
    keptDrafts(id).filter(
      (k) => Object.keys(k.texts).length > 0 || !same(contentOf(k.draft), contentOf(saved)),
    ),
  )
  const draft = history.present
  const newest = useRef(draft)
  useEffect(() => {
    newest.current = draft
  })
  // A text of a stage that has gone asks nobody to mend it.
  const texts = useMemo(() => {
    const entries = Object.entries(written)
    if (entries.length === 0) return written
    const stages = stagesById(draft)
    return Object.fromEntries(
      entries.filter(([place]) => {
        const of = stageOfPlace(place)
        return of === undefined || stages.has(of)
      }),
    )
  }, [written, draft])
  const dirty = useMemo(
    () => Object.keys(texts).length > 0 || !same(contentOf(draft), contentOf(saved)),
    [draft, saved, texts],
  )
  const open = useMemo(
    () => (dirty ? { draft, texts, updateTs: textOf(saved['updateTs']) } : undefined),
    [dirty, draft, saved, texts],
  )
  const kept = useKeeping(id, session, open)

  const change = useCallback((to: Json, topic?: string) => {
    dispatch({ type: 'change', to, topic, at: Date.now() })
  }, [])
  const setText = useCallback((place: string, text: Texts[string] | undefined) => {
    setTexts((before) =>
      text
        ? { ...before, [place]: text }
        : Object.fromEntries(Object.entries(before).filter(([p]) => p !== place)),
    )
  }, [])

  const have = (now: Json) => {
    setSaved(now)
    setTheirs(undefined)
    // Other pages show what was saved at once, not only when they have asked again.
    queries.setQueryData<Pipeline[]>(keys.pipelines(app), (list) =>
      list?.map((p) => (p.id === id ? { ...p, ...now } : p)),
    )
    void queries.invalidateQueries({ queryKey: keys.pipelines(app) })
    void queries.invalidateQueries({ queryKey: ['pipelineHistory', id] })
    return now
  }
  // Saves what is given over what was read; undefined where someone else has saved meanwhile.
  const put = async (what: Json, over: Json): Promise<{ now: Json; warnings: string[] } | undefined> => {
    setBusy(true)
    try {
      const body = {
        ...contentOf(what),
        application: app,
        ...pick(over, ['id', 'index', 'updateTs', 'createTs', 'lastModifiedBy']),
      }
      const warnings = await savePipeline(body)
      return { now: have(withRefs(await readPipeline(app, id))), warnings }
    } catch (error) {
      if (!(error instanceof Stale)) throw error
      const found = withRefs(await readPipeline(app, id))
      // The same is there already: it was saved, and the answer was lost on its way.
      if (same(contentOf(found), contentOf(what))) return { now: have(found), warnings: [] }
      setTheirs(found)
      return undefined
    } finally {
      setBusy(false)
    }
  }

  return {
    id,
    session,
    saved,
    draft,
    dirty,
    busy,
    theirs,
    texts,
    setText,
    kept,
    /** The newest of what was left unsaved here before. */
    left: left[0],
    /** Whether someone has saved the pipeline since that. */
    leftBehind: left[0] !== undefined && left[0].updateTs !== textOf(saved['updateTs']),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change,
    undo: () => {
      dispatch({ type: 'undo' })
    },
    redo: () => {
      dispatch({ type: 'redo' })
    },
    revert: () => {
      change(saved)
      setTexts({})
    },
    /** Saves the draft; over what others have saved only where that was seen and chosen. */
    save: async (over: Json = saved) => {
      const done = await put(draft, over)
      // The server may have completed it; what was written meanwhile stays.
      if (done && newest.current === draft && !same(contentOf(done.now), contentOf(draft)))
        dispatch({ type: 'replace', to: done.now })
      return done?.warnings
    },
    /** Saves some fields at once, and leaves what is being edited as it is. */
    saveFields: async (fields: Json) => {
      const done = await put({ ...saved, ...fields }, saved)
      if (done) change({ ...draft, ...fields })
      return done !== undefined
    },
    closeConflict: () => {
      setTheirs(undefined)
    },
    takeTheirs: () => {
      if (!theirs) return
      setSaved(theirs)
      change(theirs)
      setTheirs(undefined)
    },
    restoreLeft: () => {
      const [first, ...others] = left
      if (!first) return
      // It is this editor's from now on, saved over what it was made of: where someone
      // has saved since, that is seen before it is overwritten.
      keepDraft(id, { ...first, session })
      dropDraft(id, first.session)
      setSaved((s) => ({ ...s, updateTs: first.updateTs === '' ? s['updateTs'] : first.updateTs }))
      change(first.draft)
      setTexts(first.texts)
      setLeft(others)
    },
    dropLeft: () => {
      if (left[0]) dropDraft(id, left[0].session)
      setLeft(left.slice(1))
    },
  }
}

export type Draft = ReturnType<typeof useDraft>

function pick(from: Json, fields: readonly string[]): Json {
  return Object.fromEntries(fields.flatMap((f) => (from[f] === undefined ? [] : [[f, from[f]]])))
}
