import { Text } from '@mantine/core'
import type { RollbackObject } from '@/api/rollback'
import { UnifiedDiff } from '@/components/UnifiedDiff'
import { kindAndName } from '@/lib/format'
import { revisionName } from './names'
import { useRollbackTexts } from './texts'
import classes from './RollBack.module.css'

/** What a roll back does with one object: from which revision to which, and what differs; or why nothing. */
export function RollBackObject({ object: o, does }: { object: RollbackObject; does: boolean }) {
  const t = useRollbackTexts()
  const { kind, name } = kindAndName(o.name)
  return (
    <section className={classes.object} aria-label={o.name}>
      <div className={classes.head}>
        <Text fw={600} className="cut">
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {kind} · {o.account} · {o.location}
        </Text>
      </div>
      {does && o.current && o.target ? (
        <>
          <Text size="sm" my={4}>
            {t('change', { from: revisionName(t, o.current, o), to: revisionName(t, o.target, o) })}
          </Text>
          {o.diff ? (
            <UnifiedDiff text={o.diff} label={t('diffOf', { name: o.name })} />
          ) : (
            <Text size="sm" c="dimmed">
              {t('noDiff')}
            </Text>
          )}
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {t(`why.${o.verdict}`)}
        </Text>
      )}
    </section>
  )
}
