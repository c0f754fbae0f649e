import { autocompletion, closeBrackets, type CompletionContext } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { openWord } from '@/lib/expressions'
import type { Form } from '@/lib/texts'
import classes from './CodeEditor.module.css'

type Props = {
  value: string
  form: Form
  label: string
  onChange?: (text: string) => void
  /** Where the text is broken, and why. */
  problem?: { message: string; at?: number }
  /** What may stand in an expression. */
  words?: readonly string[]
  /** Told when an expression is begun: words that take time to find can be looked for now. */
  onExpression?: () => void
  fill?: boolean
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--busy)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: 'var(--wait)' },
  { tag: [tags.comment, tags.meta], color: 'var(--app-muted)' },
])

export const look: Extension = [
  syntaxHighlighting(colours),
  EditorView.theme({
    '&': { fontSize: 'var(--text-sm)', backgroundColor: 'transparent', color: 'inherit' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--app-muted)', border: 'none' },
    '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--app-hover) 60%, transparent)' },
    '.cm-cursor': { borderLeftColor: 'currentColor' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      background: 'color-mix(in srgb, var(--busy-fill) 28%, transparent) !important',
    },
    '.cm-tooltip': {
      background: 'var(--mantine-color-body)',
      border: '1px solid var(--app-line)',
      borderRadius: '7px',
      color: 'inherit',
    },
    '.cm-panels': { background: 'var(--app-hover)', color: 'inherit' },
  }),
]

/** A text editor for YAML and JSON. What is written outside comes in as a change of its own. */
export default function CodeEditor({
  value,
  form,
  label,
  onChange,
  problem,
  words,
  onExpression,
  fill,
}: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const change = useRef(onChange)
  const known = useRef(words)
  const began = useRef(onExpression)
  useEffect(() => {
    change.current = onChange
    known.current = words
    began.current = onExpression
  })
  const first = useRef(value)
  const readOnly = onChange === undefined
  useEffect(() => {
    if (!place.current) return
    const mode = new Compartment()
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          foldGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          search({ top: true }),
          keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
          autocompletion({
            override: [
              (context) => {
                const found = expressions(context, known.current ?? [])
                if (found) began.current?.()
                return found
              },
            ],
          }),
          mode.of(form === 'json' ? json() : yaml()),
          look,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return
            first.current = update.state.doc.toString()
            if (
              update.transactions.some(
                (t) =>
                  t.isUserEvent('input') ||
                  t.isUserEvent('delete') ||
                  t.isUserEvent('undo') ||
                  t.isUserEvent('redo') ||
                  t.isUserEvent('move'),
              )
            )
              change.current?.(first.current)
          }),
        ],
      }),
    })
    view.current = made
    return () => {
      made.destroy()
    }
  }, [form, label, readOnly])
  useEffect(() => {
    const v = view.current
    if (!v || value === v.state.doc.toString()) return
    const now = v.state.doc.toString()
    // The shortest change, so that the cursor stays where it is.
    let from = 0
    while (from < now.length && from < value.length && now[from] === value[from]) from++
    let [a, b] = [now.length, value.length]
    while (a > from && b > from && now[a - 1] === value[b - 1]) {
      a--
      b--
    }
    v.dispatch({ changes: { from, to: a, insert: value.slice(from, b) } })
  }, [value])
  const [message, at] = [problem?.message, problem?.at]
  useEffect(() => {
    const v = view.current
    if (!v) return
    const to = Math.min(at ?? 0, v.state.doc.length)
    v.dispatch(
      setDiagnostics(
        v.state,
        message === undefined || at === undefined
          ? []
          : [{ from: Math.max(0, to - 1), to, severity: 'error', message }],
      ),
    )
  }, [message, at])
  return (
    <div
      ref={place}
      className={classes.editor}
      data-fill={fill || undefined}
      data-bad={message !== undefined || undefined}
    />
  )
}

// What may stand in an expression, offered between ${ and }.
function expressions(context: CompletionContext, words: readonly string[]) {
  const line = context.state.doc.lineAt(context.pos)
  const at = openWord(line.text.slice(0, context.pos - line.from))
  if (!at) return null
  return {
    from: context.pos - at.word.length,
    options: words.map((label) => ({ label, type: label.startsWith('#') ? 'function' : 'variable' })),
    validFor: /^[#\w.['\]()-]*$/,
  }
}
