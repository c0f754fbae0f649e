import { Select, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { workloadRollbackQuery } from '@/api/rollback'
import { Failure } from '@/components/States'
import { useRollbackTexts } from '@/features/rollback/texts'
import { useI18n } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { moment } from '@/lib/format'
import { textOfTemplate, useRevisions } from './revisions'
import { type ChooseProps } from './chooseProps'

const DiffView = lazy(() => import('@/components/DiffView'))

/** A revision to go back to, and how the pods differ from those of now. */
export function ChooseRevision({ place, choices, change }: ChooseProps) {
  const { t, language } = useI18n()
  const ti = useInfraT()
  const tr = useRollbackTexts()
  const { revisions, error, loading: reading } = useRevisions(place)
  const plan = useQuery(workloadRollbackQuery(place))
  const loading = reading || plan.isPending
  const [newest, before] = revisions
  const told = plan.data?.objects[0]
  const current = revisions.find((r) => r.number === told?.current?.number) ?? newest
  const failed = (n: number) => told?.revisions?.some((r) => r.number === n && r.failed) ?? false
  const chosen = revisions.find((r) => r.number === choices.revision)
  const suggested = told?.target?.number
  useEffect(() => {
    if (!loading && choices.revision === undefined && suggested !== undefined) change({ revision: suggested })
  }, [loading, choices.revision, suggested, change])
  if (error) return <Failure error={error} />
  if (loading) return <Skeleton height={120} />
  if (!current || !before) return <Text>{ti('act.noRevisions')}</Text>
  return (
    <>
      <Select
        label={ti('act.revision')}
        allowDeselect={false}
        value={chosen ? String(chosen.number) : null}
        onChange={(v) => {
          change({ revision: Number(v) })
        }}
        data={revisions.map((r) => ({
          value: String(r.number),
          disabled: r === current,
          label: [
            `${r.number}`,
            r.images.join(', '),
            r === current ? ti('act.isNow') : r.created ? moment(r.created, language) : '',
            failed(r.number) ? tr('failed') : r.number === suggested ? tr('suggested') : '',
          ]
            .filter(Boolean)
            .join(' · '),
        }))}
      />
      <Text>
        {!chosen
          ? ti('act.undoChoose')
          : chosen === current
            ? ti('act.undoNow')
            : ti('act.undoTo', { from: current.number, to: chosen.number })}
      </Text>
      {plan.data?.verdict === 'noneGood' && (
        <Text size="sm" style={{ color: 'var(--wait)' }}>
          {tr('noSafe')}
        </Text>
      )}
      {chosen && failed(chosen.number) && (
        <Text size="sm" style={{ color: 'var(--bad)' }}>
          {tr('failedHint')}
        </Text>
      )}
      {chosen?.cause && (
        <Text size="sm" c="dimmed">
          {chosen.cause}
        </Text>
      )}
      {chosen && chosen !== current && (
        <>
          <Text size="xs" fw={600} c="dimmed">
            {ti('act.templates', { from: current.number, to: chosen.number })}
          </Text>
          {textOfTemplate(current) === textOfTemplate(chosen) ? (
            <Text size="sm" c="dimmed">
              {t('object.same')}
            </Text>
          ) : (
            <Suspense fallback={<Skeleton height={200} />}>
              <DiffView
                before={textOfTemplate(current)}
                after={textOfTemplate(chosen)}
                label={ti('act.templates', { from: current.number, to: chosen.number })}
              />
            </Suspense>
          )}
        </>
      )}
    </>
  )
}
