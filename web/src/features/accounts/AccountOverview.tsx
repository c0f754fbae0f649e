import { Stack, Text, Title } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useT } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import { textOf } from '@/lib/json'
import classes from './Accounts.module.css'
import { Conditions } from './Conditions'
import { hidden, type Definition } from './definition'
import { Fact } from './Fact'
import { healthOf } from './health'
import { isIdle, type Listed } from './listing'
import type { AccountType } from './queries'
import type { Field } from './schemaFields'
import { useFields, useTypeText } from './useFields'

/** What an account is that is no cluster, and how it is set up. */
export function AccountOverview({ account, types }: { account: Listed; types: readonly AccountType[] }) {
  const t = useT()
  const ta = useAccountT()
  const text = useTypeText()
  const { definition, artifacts } = account
  const health = healthOf(account.conditions)
  const type = types.find((known) => known.type === account.type)
  return (
    <Stack gap="md">
      {health && <Conditions conditions={account.conditions ?? []} />}
      <div className="card">
        {!health && (
          <Text p="md" pb={0}>
            {ta(isIdle(account) ? 'idleText' : 'inUseText')}
          </Text>
        )}
        <dl className={classes.facts}>
          <Fact name={ta('type')}>{text(account.title)}</Fact>
          {artifacts && <Fact name={ta('fetches')}>{artifacts.join(', ')}</Fact>}
          <Fact name={t('accounts.from')}>
            {definition
              ? t('accounts.fromStore')
              : type
                ? ta('configuredText', { section: type.section })
                : t('accounts.fromConfig')}
          </Fact>
        </dl>
      </div>
      {definition && type && <Settings definition={definition} type={type} />}
    </Stack>
  )
}

function Settings({ definition, type }: { definition: Definition; type: AccountType }) {
  const ta = useAccountT()
  const fields = useFields(type).filter((f) => definition[f.name] !== undefined)
  return (
    <section aria-labelledby="settings">
      <Title order={2} id="settings" mb={10}>
        {ta('settings')}
      </Title>
      <div className="card">
        {fields.length === 0 && (
          <Text p="md" c="dimmed">
            {ta('noSettings')}
          </Text>
        )}
        {fields.map((f) => (
          <div key={f.name} className={classes.setting}>
            <span className="muted">{f.label}</span>
            <span>
              <Setting field={f} value={definition[f.name]} />
            </span>
          </div>
        ))}
      </div>
    </section>
  )
}

function Setting({ field: f, value }: { field: Field; value: unknown }) {
  const ta = useAccountT()
  if (value === hidden) return <Kept />
  if (typeof value === 'boolean') return ta(value ? 'yes' : 'no')
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  if (f.kind === 'map' && typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([key, v]) => (
      <div key={key}>
        <span className="mono">{key}</span>: {v === hidden ? <Kept /> : textOf(v)}
      </div>
    ))
  }
  if (typeof value === 'object')
    return <pre className={classes.json}>{JSON.stringify(value, undefined, 2)}</pre>
  return textOf(value)
}

function Kept() {
  const ta = useAccountT()
  return (
    <span className="muted">
      <IconLock size={14} style={{ verticalAlign: -2 }} aria-hidden /> {ta('secret.kept')}
    </span>
  )
}
