import { Link, useRouterState } from '@tanstack/react-router'
import { useExecutions } from '@/api/executions'
import { useT } from '@/i18n'
import { isActive, judgmentsOf } from '@/lib/status'
import classes from './Layout.module.css'
import { sectionOf, sections } from './sections'
import { disabledOf } from './settings/attributes'

type Props = { app: string; attributes: Record<string, unknown> | undefined }

/** The parts of an application, as tabs. */
export function Sections({ app, attributes }: Props) {
  const t = useT()
  const here = sectionOf(useRouterState({ select: (s) => s.location.pathname }))
  const off = disabledOf(attributes)
  return (
    <nav className={`${classes.tabs} no-print`} aria-label={app}>
      {sections
        .filter(({ shows }) => shows.length === 0 || shows.some((source) => !off.includes(source)))
        .map((section) => (
          <Link
            key={section.to}
            to={section.to}
            params={{ app }}
            className={classes.tab}
            data-here={section === here || undefined}
            aria-current={section === here ? 'page' : undefined}
          >
            {t(section.label)}
            {section.label === 'app.runs' && <Active app={app} />}
          </Link>
        ))}
    </nav>
  )
}

/** How many runs are active. */
function Active({ app }: { app: string }) {
  const { data } = useExecutions(app)
  const active = data?.filter((e) => isActive(e.status)) ?? []
  if (active.length === 0) return null
  const tone = active.some((e) => judgmentsOf(e.stages).length > 0) ? 'wait' : 'busy'
  return (
    <span className={classes.count} style={{ background: `var(--${tone}-soft)`, color: `var(--${tone})` }}>
      {active.length}
    </span>
  )
}
