import { notifications } from '@mantine/notifications'
import { lazy, Suspense } from 'react'
import { Unsaved } from '@/components/Unsaved'
import { useT } from '@/i18n'
import { Conflict } from './Conflict'
import { textOf } from './model'
import { Palette } from './Palette'
import { Revisions } from './Revisions'
import { contentOf } from './save'
import type { Editor } from './useEditor'

const TryExpression = lazy(async () => ({ default: (await import('./TryExpression')).TryExpression }))

type Props = { editor: Editor; history: boolean; closeHistory: () => void }

/** What opens over the editor: the choice of a stage, the history, a conflict, expressions. */
export function Dialogs({ editor: e, history, closeHistory }: Props) {
  const t = useT()
  const { d, editing, stages } = e
  const { adding } = editing
  return (
    <>
      {e.trying && (
        <Suspense>
          <TryExpression
            runs={e.runs}
            run={e.run}
            stageId={e.seenBy}
            choose={e.chooseRun}
            close={() => {
              e.setTrying(false)
            }}
          />
        </Suspense>
      )}
      {adding && (
        <Palette
          types={e.types}
          title={t(adding.from !== undefined ? 'editor.addStageAfter' : 'editor.addStage', {
            name: textOf(adding.from === undefined ? undefined : stages.get(adding.from)?.name),
          })}
          close={() => {
            editing.setAdding(undefined)
          }}
          choose={editing.add}
        />
      )}
      {history && (
        <Revisions
          id={d.id}
          current={e.draft}
          close={closeHistory}
          restore={(revision) => {
            e.change({ ...contentOf(revision), id: d.id })
            closeHistory()
            notifications.show({ message: t('editor.restored') })
          }}
        />
      )}
      {d.theirs && (
        <Conflict
          mine={e.draft}
          theirs={d.theirs}
          busy={d.busy}
          close={d.closeConflict}
          takeTheirs={d.takeTheirs}
          keepMine={() => void e.save(d.theirs)}
        />
      )}
      <Unsaved dirty={d.dirty} />
    </>
  )
}
