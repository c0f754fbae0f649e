import { useEffect } from 'react'
import { isObject, type StageConfig } from './model'

// Stages on the system's clipboard, as JSON: they go from one pipeline to another,
// and to a colleague.

export function stagesAsText(stages: readonly StageConfig[]): string {
  return JSON.stringify({ stages }, undefined, 2)
}

/** Stages in a text: a list of them, a pipeline, or one alone. */
export function stagesInText(text: string): StageConfig[] {
  try {
    const value: unknown = JSON.parse(text)
    const list: unknown = Array.isArray(value) ? value : isObject(value) ? (value['stages'] ?? [value]) : []
    return Array.isArray(list)
      ? list.filter((s): s is StageConfig => isObject(s) && typeof s['type'] === 'string')
      : []
  } catch {
    return []
  }
}

/** Whether somebody is writing: then keys and the clipboard are the text's. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [contenteditable=true], [role=dialog]') !== null)
  )
}

type Of = { copied: () => readonly StageConfig[]; cut: () => void; paste: (stages: StageConfig[]) => void }

export function useStageClipboard({ copied, cut, paste }: Of): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      if (isWriting(event.target) || String(window.getSelection()) !== '') return
      const stages = copied()
      if (stages.length === 0) return
      event.clipboardData?.setData('text/plain', stagesAsText(stages))
      event.preventDefault()
      if (event.type === 'cut') cut()
    }
    const insert = (event: ClipboardEvent) => {
      if (isWriting(event.target)) return
      const stages = stagesInText(event.clipboardData?.getData('text/plain') ?? '')
      if (stages.length === 0) return
      event.preventDefault()
      paste(stages)
    }
    document.addEventListener('copy', copy)
    document.addEventListener('cut', copy)
    document.addEventListener('paste', insert)
    return () => {
      document.removeEventListener('copy', copy)
      document.removeEventListener('cut', copy)
      document.removeEventListener('paste', insert)
    }
  }, [copied, cut, paste])
}
