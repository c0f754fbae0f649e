import type { ServerGroup } from '@/api/queries'
import { useHealthName } from '@/components/useHealthName'
import { useT } from '@/i18n'
import { kindAndName } from '@/lib/format'
import { healthTone } from '@/lib/health'
import classes from './InstanceChips.module.css'
import { ObjectLink } from './ObjectLink'

const most = 120

/** A server group's instances as dots, each in the tone of its health. */
export function InstanceChips({ group: g }: { group: ServerGroup }) {
  const t = useT()
  const healthName = useHealthName()
  if (g.instances.length === 0)
    return <span className={`muted ${classes.none}`}>{t('infra.noInstances')}</span>
  return (
    <span className={classes.chips}>
      {g.instances.slice(0, most).map((i) => {
        const { name } = kindAndName(i.name)
        const tone = healthTone(i.healthStatus)
        const label = t('infra.instance', { name, state: healthName(i.healthStatus) })
        return (
          <ObjectLink
            key={i.id}
            account={g.account}
            location={g.region}
            name={i.name}
            className={classes.chip}
            title={label}
            label={label}
          >
            <span
              className={tone === 'busy' ? 'breathe' : undefined}
              style={{ background: `var(--${tone}-fill)` }}
            />
          </ObjectLink>
        )
      })}
      {g.instances.length > most && (
        <span className={`muted ${classes.none}`}>+{g.instances.length - most}</span>
      )}
    </span>
  )
}
