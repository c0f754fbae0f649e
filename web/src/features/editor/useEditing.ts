import { useState } from 'react'
import { useStageTypeName } from '@/stages'
import { useStageClipboard } from './clipboard'
import {
  addStage,
  changeStage,
  connect,
  disconnect,
  freeName,
  insertBetween,
  pasteStages,
  removeStages,
  renumber,
  textOf,
  type Json,
  type StageConfig,
  type Stages,
} from './model'
import { newStage, type StageType } from './stageKinds'

type Of = {
  app: string
  draft: Json
  change: (to: Json, topic?: string) => void
  stages: Stages
  selected: readonly string[]
  select: (refs: readonly string[]) => void
  /** Whether the stages are not to be changed here. */
  fixed: boolean
  /** The cluster that new stages deploy to at first. */
  account: string | undefined
}

type Line = { from: string; to: string }

/** What is done with the stages of a draft, also through the clipboard. */
export function useEditing({ app, draft, change, stages, selected, select, fixed, account }: Of) {
  const typeName = useStageTypeName()
  const [adding, setAdding] = useState<{ from?: string; to?: string }>()
  const add = (type: StageType) => {
    const own = typeName(type.name)
    const name = freeName(
      own === type.name ? type.label : own,
      new Set([...stages.values()].map((s) => textOf(s.name))),
    )
    const made = newStage(type, name, app, account)
    const { from, to } = adding ?? {}
    let done: { pipeline: Json; id: string }
    if (from !== undefined && to !== undefined) done = insertBetween(draft, made, from, to)
    else {
      done = addStage(draft, made, from === undefined ? [] : [from])
      if (to !== undefined) done = { ...done, pipeline: connect(done.pipeline, done.id, to) }
    }
    change(done.pipeline)
    setAdding(undefined)
    select([done.id])
  }
  const remove = (refs: readonly string[]) => {
    change(removeStages(draft, refs))
    select([])
  }
  const paste = (copied: readonly StageConfig[]) => {
    if (fixed) return
    const done = pasteStages(draft, copied, selected.slice(-1))
    change(done.pipeline)
    select(done.ids)
  }
  const chosen = () => [...stages].flatMap(([id, s]) => (selected.includes(id) ? [s] : []))
  useStageClipboard({
    copied: chosen,
    cut: () => {
      if (!fixed) remove(selected)
    },
    paste,
  })
  return {
    /** Between which stages one is being added; undefined if none is. */
    adding,
    setAdding,
    add,
    remove,
    paste,
    chosen,
    connect: (from: string, to: string) => {
      change(connect(draft, from, to))
    },
    disconnect: (lines: readonly Line[]) => {
      change(lines.reduce((p, l) => disconnect(p, l.from, l.to), draft))
    },
    changeStage: (id: string, next: StageConfig, topic: string) => {
      change(
        changeStage(draft, id, () => next),
        `${id} ${topic}`,
      )
    },
    renumber: (id: string) => {
      const done = renumber(draft, id)
      change(done.pipeline)
      select([done.id])
    },
  }
}

export type Editing = ReturnType<typeof useEditing>
