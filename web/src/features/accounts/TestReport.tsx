import { Stack, Text, Title } from '@mantine/core'
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from '@tabler/icons-react'
import type { Schemas } from '@/api/client'
import { TextView } from '@/components/TextView'
import { useT, type Key } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import classes from './Accounts.module.css'
import { descriptorOf } from './registry'
import { labelOf } from './schemaFields'

type Report = Schemas['AccountReport']

const looks = {
  ok: [IconCircleCheckFilled, 'good'],
  failed: [IconCircleXFilled, 'bad'],
  skipped: [IconCircleDashed, 'idle'],
} as const

const named = ['credentials', 'connection', 'authentication', 'kinds', 'permissions', 'agent']

/** What a look at what is behind an account has found, and what grants what is missing. */
export function TestReport({ report, type }: { report: Report; type: string }) {
  const t = useT()
  const ta = useAccountT()
  const verdict = descriptorOf(type).cluster
    ? t(report.ok ? 'accounts.testOk' : 'accounts.testFailed')
    : ta(report.ok ? 'test.ok' : 'test.failed')
  const missing = report.missing ?? []
  return (
    <Stack gap="sm" role="region" aria-label={t('accounts.report')}>
      <Text role="status" fw={600} style={{ color: `var(--${report.ok ? 'good' : 'bad'})` }}>
        {verdict}
      </Text>
      <div className="card">
        {(report.steps ?? []).map((step) => {
          const status = step.status ?? 'skipped'
          const [Icon, tone] = looks[status]
          const name = step.name ?? ''
          return (
            <div key={name} className={classes.step}>
              <span
                role="img"
                aria-label={t(`accounts.stepStatus.${status}`)}
                title={t(`accounts.stepStatus.${status}`)}
                style={{ color: `var(--${tone}-fill)`, lineHeight: 0 }}
              >
                <Icon size={18} aria-hidden />
              </span>
              <b>
                {named.includes(name)
                  ? t(`accounts.step.${name}` as Key)
                  : name === 'definition'
                    ? ta('step.definition')
                    : labelOf(name)}
              </b>
              <span className={status === 'failed' ? undefined : 'muted'}>{step.detail}</span>
            </div>
          )
        })}
      </div>
      {missing.length > 0 && (
        <>
          <Title order={3}>{t('accounts.missing')}</Title>
          <div className={`card ${classes.scroll}`}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{t('accounts.namespace')}</th>
                  <th scope="col">{t('accounts.resource')}</th>
                  <th scope="col">{t('accounts.verbs')}</th>
                </tr>
              </thead>
              <tbody>
                {missing.map((m) => (
                  <tr key={`${m.namespace} ${m.group} ${m.resource}`}>
                    <td>{m.namespace ?? t('accounts.cluster')}</td>
                    <td className="mono">{m.group ? `${m.resource}.${m.group}` : m.resource}</td>
                    <td className="mono">{(m.verbs ?? []).join(', ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {report.rbac && (
        <>
          <Title order={3}>{t('accounts.rbac')}</Title>
          <Text c="dimmed" size="sm">
            {t('accounts.rbacHelp')}
          </Text>
          <TextView text={report.rbac} name={`${report.account ?? 'account'}-rbac.yaml`} />
        </>
      )}
    </Stack>
  )
}
