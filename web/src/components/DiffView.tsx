import { yaml } from '@codemirror/lang-yaml'
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { useMediaQuery } from '@mantine/hooks'
import { useInfraT } from '@/i18n/infra'
import { look } from './CodeEditor'
import classes from './DiffView.module.css'

/** Two texts, and what differs: side by side where there is room. */
export default function DiffView({ before, after, label }: { before: string; after: string; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const t = useInfraT()
  const unchanged = t('manifest.unchanged')
  const narrow = useMediaQuery('(max-width: 62em)', true, { getInitialValueInEffect: false })
  useEffect(() => {
    if (!place.current) return
    const common = [
      yaml(),
      look,
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorState.phrases.of({ '$ unchanged lines': unchanged }),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ]
    const collapse = { margin: 3, minSize: 6 }
    const view = narrow
      ? new EditorView({
          parent: place.current,
          doc: after,
          extensions: [
            ...common,
            unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: collapse }),
          ],
        })
      : new MergeView({
          parent: place.current,
          a: { doc: before, extensions: common },
          b: { doc: after, extensions: common },
          collapseUnchanged: collapse,
        })
    return () => {
      view.destroy()
    }
  }, [before, after, label, narrow, unchanged])
  return <div ref={place} className={classes.diff} />
}
