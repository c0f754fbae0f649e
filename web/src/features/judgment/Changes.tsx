import { Text } from '@mantine/core'
import { RowsLoading } from '@/components/States'
import { ChangeRow } from './ChangeRow'
import { imagesOf, totalsOf } from './changes'
import { useJudgmentTexts } from './texts'
import type { StageChanges } from './useChanges'
import { shortImage } from '@/features/rollback/names'
import classes from './Judgment.module.css'

/** What continuing a judgment changes: a summary, and each object with its diff. */
export function Changes({ list }: { list: readonly StageChanges[] }) {
  const t = useJudgmentTexts()
  if (list.length === 0) return null
  const changes = list.flatMap((s) => s.changes ?? [])
  const known = list.some((s) => s.changes)
  const images = imagesOf(changes).filter(([before, after]) => before !== '' && after !== '')
  return (
    <section aria-label={t('changes')} className={classes.changes}>
      <Text size="xs" fw={600} c="dimmed">
        {t('changes')}
      </Text>
      {known && (
        <Text fw={600}>
          {changes.some((c) => c.action !== 'nothing') ? t('summary', totalsOf(changes)) : t('nothing')}
        </Text>
      )}
      {images.map(([before, after]) => (
        <Text key={`${before} ${after}`} size="sm" className="mono">
          {shortImage(before)} → {shortImage(after)}
        </Text>
      ))}
      {list.map((s) => (
        <div key={s.id}>
          <Text size="sm" c="dimmed" mb={4}>
            {s.pending
              ? t('planning')
              : s.error
                ? t('failed', { stage: s.stage, error: s.error })
                : s.changes
                  ? t(s.planned ? 'planned' : 'next', { stage: s.stage })
                  : t('unknown', { stage: s.stage })}
          </Text>
          {s.pending && <RowsLoading rows={2} height={30} />}
          {(s.changes ?? [])
            .filter((c) => c.action !== 'nothing' && c.action !== 'keep')
            .map((c) => (
              <ChangeRow key={`${c.namespace} ${c.fullName}`} change={c} />
            ))}
        </div>
      ))}
    </section>
  )
}
