import { Skeleton } from '@mantine/core'
import { lazy, Suspense, useMemo, useState, type CSSProperties } from 'react'
import { usePageTitle } from '@/components/PageTitle'
import { useT } from '@/i18n'
import { Canvas } from './Canvas'
import { Dialogs } from './Dialogs'
import { textOf, type Json } from './model'
import { Notices } from './Notices'
import { RunContext } from './run'
import { SidePanel } from './SidePanel'
import type { StageType } from './stageKinds'
import { EditorToolbar } from './EditorToolbar'
import { UnreadContext } from './unread'
import { useEditor } from './useEditor'
import { useEditorKeys } from './useEditorKeys'
import { useTop } from './useTop'
import classes from './Editor.module.css'

const CodeView = lazy(() => import('./CodeView'))

type Props = { app: string; read: Json; types: readonly StageType[] }

/** The pipeline editor: the graph, a panel for what is selected, and all of it as text. */
export function Editor({ app, read, types }: Props) {
  const t = useT()
  const e = useEditor(app, read, types)
  const { d, draft, change, words, run, seenBy, locked, templated } = e
  const [history, setHistory] = useState(false)
  const unread = useMemo(() => ({ texts: d.texts, set: d.setText }), [d.texts, d.setText])
  const evaluated = useMemo(
    () => ({ execution: run, stageId: seenBy, words, pipeline: draft, runs: e.runs }),
    [run, seenBy, words, draft, e.runs],
  )
  usePageTitle(textOf(draft['name']), t('editor.title'), app)
  useEditorKeys({
    save: () => {
      if (d.dirty && !locked) void e.save()
    },
    undo: d.undo,
    redo: d.redo,
    selectAll: () => {
      e.select([...e.stages.keys()])
    },
  })
  const { place, top } = useTop(d.left?.session, d.kept, locked, templated)
  return (
    <>
      <EditorToolbar
        app={app}
        draft={d}
        locked={locked}
        fixed={e.fixed}
        problems={e.found}
        code={e.code}
        save={() => void e.save()}
        openHistory={() => {
          setHistory(true)
        }}
        add={() => {
          e.editing.setAdding({ from: e.selected.at(-1) })
        }}
        setCode={e.setCode}
        waiting={e.waiting}
        tryExpressions={() => {
          e.setTrying(true)
        }}
        unread={Object.keys(d.texts).length}
        show={e.show}
        showUnread={e.showUnread}
      />
      <Notices draft={d} locked={locked} templated={templated} />
      <RunContext value={evaluated}>
        <UnreadContext value={unread}>
          <div
            ref={place}
            className={classes.place}
            data-code={e.code || undefined}
            style={{ '--top': `${top}px` } as CSSProperties}
          >
            {e.code ? (
              <div className={classes.code}>
                <Suspense fallback={<Skeleton height="100%" radius={0} />}>
                  <CodeView
                    pipeline={draft}
                    change={(next) => {
                      change(next, 'code')
                    }}
                    words={words}
                    locked={locked}
                  />
                </Suspense>
              </div>
            ) : (
              <>
                <div className={classes.canvas}>
                  <Canvas editor={e} />
                </div>
                <SidePanel editor={e} />
              </>
            )}
          </div>
        </UnreadContext>
        <Dialogs
          editor={e}
          history={history}
          closeHistory={() => {
            setHistory(false)
          }}
        />
      </RunContext>
    </>
  )
}
