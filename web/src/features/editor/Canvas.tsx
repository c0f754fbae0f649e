import { Button, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconGitBranch, IconPlus } from '@tabler/icons-react'
import { Suspense } from 'react'
import { Empty } from '@/components/States'
import { useT } from '@/i18n'
import { later } from '@/lib/later'
import { Guard } from './Guard'
import type { Editor } from './useEditor'

const Graph = later(async () => (await import('./Graph')).default)
// Almost every pipeline has one: it loads beside the pipeline, not after it.
Graph.preload().catch(() => undefined)

/** The graph of the stages, or why there is none. */
export function Canvas({ editor: e }: { editor: Editor }) {
  const t = useT()
  const toText = () => {
    e.setCode(true)
  }
  if (e.odd)
    return (
      <Empty
        icon={<IconAlertTriangle size={26} />}
        title={t('editor.oddStages')}
        action={
          <Button variant="default" onClick={toText}>
            {t('editor.code')}
          </Button>
        }
      >
        {t('editor.oddStagesText')}
      </Empty>
    )
  if (e.stages.size === 0)
    return e.templated ? (
      <Empty icon={<IconGitBranch size={26} />} title={t('editor.noPlan')}>
        {t('editor.noPlanText')}
      </Empty>
    ) : (
      <Empty
        icon={<IconGitBranch size={26} />}
        title={t('editor.empty')}
        action={
          !e.fixed && (
            <Button
              leftSection={<IconPlus size={15} />}
              onClick={() => {
                e.editing.setAdding({})
              }}
            >
              {t('editor.addFirst')}
            </Button>
          )
        }
      >
        {t('editor.emptyText')}
      </Empty>
    )
  return (
    <Guard toText={toText}>
      <Suspense fallback={<Skeleton height="100%" radius={0} />}>
        <Graph
          stages={e.stages}
          types={e.byType}
          problems={e.problems}
          selected={e.selected}
          locked={e.fixed}
          select={e.select}
          remove={e.editing.remove}
          add={(from, to) => {
            e.editing.setAdding({ from, to })
          }}
          connect={e.editing.connect}
          disconnect={e.editing.disconnect}
        />
      </Suspense>
    </Guard>
  )
}
