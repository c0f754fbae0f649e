import { Button, Group, ScrollArea, Skeleton, Stack, UnstyledButton } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { Dialog } from '@/components/Dialog'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { textOf, type Json } from './model'
import { contentOf, savedAt } from './save'
import { write } from '@/lib/texts'
import classes from './Revisions.module.css'

const DiffView = lazy(() => import('@/components/DiffView'))

/** What a pipeline was, what each save has changed, and the way back. */
export function Revisions({
  id,
  current,
  close,
  restore,
}: {
  id: string
  current: Json
  close: () => void
  /** Without it, there is only to look at. */
  restore?: (revision: Json) => void
}) {
  const { t, language } = useI18n()
  const [chosen, setChosen] = useState(0)
  const [against, setAgainst] = useState<'before' | 'now'>('before')
  const revisions = useQuery({
    queryKey: ['pipelineHistory', id],
    queryFn: () =>
      unwrap(
        client.GET('/pipelineConfigs/{id}/history', { params: { path: { id }, query: { limit: 100 } } }),
      ),
    staleTime: 0,
  })
  const list: readonly Json[] = revisions.data ?? []
  const revision = list[chosen]
  const before = against === 'now' ? current : list[chosen + 1]
  return (
    <Dialog close={close} size={1200} title={t('editor.history')}>
      {revisions.error ? (
        <Failure error={revisions.error} />
      ) : revisions.isPending ? (
        <RowsLoading rows={5} />
      ) : !revision ? (
        <Empty icon={<IconHistory size={26} />} title={t('editor.noHistory')} />
      ) : (
        <div className={classes.columns}>
          <ScrollArea.Autosize mah="56vh" className={classes.list}>
            {list.map((r, i) => {
              const at = savedAt(r)
              return (
                <UnstyledButton
                  key={i}
                  className={classes.revision}
                  data-chosen={i === chosen || undefined}
                  aria-pressed={i === chosen}
                  onClick={() => {
                    setChosen(i)
                  }}
                >
                  <span className="num">{at ? moment(at, language) : '?'}</span>
                  <span className="muted cut">
                    {textOf(r['lastModifiedBy']) || '—'}
                    {i === 0 && ` · ${t('editor.current')}`}
                  </span>
                </UnstyledButton>
              )
            })}
          </ScrollArea.Autosize>
          <Stack gap="sm" style={{ minWidth: 0 }}>
            <Group gap="xs">
              <Button
                size="compact-sm"
                variant={against === 'before' ? 'light' : 'default'}
                onClick={() => {
                  setAgainst('before')
                }}
              >
                {t('editor.whatChanged')}
              </Button>
              <Button
                size="compact-sm"
                variant={against === 'now' ? 'light' : 'default'}
                onClick={() => {
                  setAgainst('now')
                }}
              >
                {t('editor.againstNow')}
              </Button>
              {restore && (
                <Button
                  size="compact-sm"
                  ml="auto"
                  disabled={chosen === 0}
                  onClick={() => {
                    restore(revision)
                  }}
                >
                  {t('editor.restore')}
                </Button>
              )}
            </Group>
            <Suspense fallback={<Skeleton height={260} />}>
              <DiffView
                before={before ? write(contentOf(before), 'yaml') : ''}
                after={write(contentOf(revision), 'yaml')}
                label={t('editor.differences')}
              />
            </Suspense>
          </Stack>
        </div>
      )}
    </Dialog>
  )
}
