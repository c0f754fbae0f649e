import { IconCheck, IconX } from '@tabler/icons-react'
import classes from './Event.module.css'
import { useEventTexts } from './texts'
import { checkName, problemText, type Check } from './words'

/** What of a trigger was compared with an event, one line each. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  const t = useEventTexts()
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('check.title')}>
      <table className={classes.checks}>
        <thead>
          <tr>
            <th scope="col">{t('check.what')}</th>
            <th scope="col">{t('check.want')}</th>
            <th scope="col">{t('check.got')}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((c, i) => (
            <tr key={i} data-ok={c.ok || undefined}>
              <th scope="row">
                <span className={classes.mark} role="img" aria-label={t(c.ok ? 'check.ok' : 'check.differs')}>
                  {c.ok ? <IconCheck size={15} aria-hidden /> : <IconX size={15} aria-hidden />}
                </span>
                {checkName(t, c.what)}
              </th>
              <td>{c.want ?? <span className="muted">{t(c.ok ? 'check.any' : 'check.nothing')}</span>}</td>
              <td>
                {c.got ?? <span className="muted">{t('check.nothing')}</span>}
                {c.problem && <div className={classes.problem}>{problemText(t, c.problem)}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
