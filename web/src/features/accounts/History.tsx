import { Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { useT } from '@/i18n'
import classes from './Accounts.module.css'
import { changesBetween } from './definition'
import { historyQuery } from './queries'

const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** What an account was, and what each change has changed. Secrets are no part of it. */
export function History({ account }: { account: string }) {
  const t = useT()
  const { data, error, isPending, refetch } = useQuery(historyQuery(account))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <RowsLoading rows={3} height={64} />
  if (data.length === 0)
    return (
      <div className="card">
        <Empty title={t('accounts.noHistory')} />
      </div>
    )
  return (
    <div className="card">
      {data.map((revision, i) => {
        const before = data[i + 1]?.account
        const changes = revision.account == null ? [] : changesBetween(before, revision.account)
        return (
          <div key={revision.version} className={classes.entry}>
            <Group gap="xs">
              <b>
                {t(
                  revision.account == null
                    ? 'accounts.wasRemoved'
                    : before == null
                      ? 'accounts.wasAdded'
                      : 'accounts.wasChanged',
                )}
              </b>
              <span className="muted">
                <Ago time={revision.timestamp} />
              </span>
              {revision.updatedBy && <span className="muted">{revision.updatedBy}</span>}
            </Group>
            {revision.account != null && changes.length === 0 && (
              <div className="muted" style={{ marginTop: 4 }}>
                {t('accounts.secretOnly')}
              </div>
            )}
            {changes.map((c) => (
              <div key={c.field} className={classes.change}>
                <span className="mono">{c.field}</span>
                <span className="mono">
                  {c.before !== undefined && <span className={classes.was}>{show(c.before)}</span>}{' '}
                  {c.after !== undefined && show(c.after)}
                </span>
              </div>
            ))}
          </div>
        )
      })}
    </div>
  )
}
