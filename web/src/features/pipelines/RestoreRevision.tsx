import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { keys, type Pipeline } from '@/api/queries'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { useAction } from '@/components/useAction'
import { contentOf, savedAt } from '@/features/editor/content'
import { savePipeline, Stale } from '@/features/editor/save'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import type { Json } from '@/lib/json'
import { write } from '@/lib/texts'
import { restoredOf } from './restore'
import { usePipelineTexts } from './texts'

const DiffView = lazy(() => import('@/components/DiffView'))

type Props = {
  app: string
  current: Pipeline
  revision: Json
  /** Back to the list of revisions. */
  close: () => void
  restored: () => void
}

/** Shows what a pipeline would change to, and saves it as it was then. */
export function RestoreRevision({ app, current, revision, close, restored }: Props) {
  const { t, language } = useI18n()
  const p = usePipelineTexts()
  const queries = useQueryClient()
  const at = savedAt(revision)
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: keys.pipelines(app) })
    void queries.invalidateQueries({ queryKey: ['pipelineHistory', current.id] })
  }
  const save = async () => {
    try {
      return await savePipeline(restoredOf(app, current, revision))
    } catch (error) {
      throw error instanceof Stale ? new Error(p('restoreStale')) : error
    } finally {
      refresh()
    }
  }
  const restore = useAction(save, {
    done: p('restored'),
    then: (warnings) => {
      if (warnings.length > 0)
        notifications.show({
          color: 'yellow',
          message: warnings.slice(0, 4).join('\n'),
          autoClose: 8000,
          styles: { description: { whiteSpace: 'pre-wrap' } },
        })
      restored()
    },
  })
  return (
    <Dialog close={close} size={1100} title={p('restoreTitle', { time: at ? moment(at, language) : '?' })}>
      <Stack gap="md">
        <Text size="sm">{p('restoreText')}</Text>
        <Suspense fallback={<Skeleton height={260} />}>
          <DiffView
            before={write(contentOf(current), 'yaml')}
            after={write(contentOf(revision), 'yaml')}
            label={p('restoreChanges')}
          />
        </Suspense>
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button
            loading={restore.isPending}
            onClick={() => {
              restore.mutate()
            }}
          >
            {p('restore')}
          </Button>
        </DialogFoot>
      </Stack>
    </Dialog>
  )
}
