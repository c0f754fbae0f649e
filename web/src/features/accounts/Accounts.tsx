import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconCheck, IconCloudOff, IconPlugConnected, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { client, unwrap, type Schemas } from '@/api/client'
import { accountsQuery } from '@/api/queries'
import { TextView } from '@/components/JsonView'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { ToneBadge } from '@/components/Status'
import { Ago } from '@/components/Time'
import { useT, type Key } from '@/i18n'
import classes from './Accounts.module.css'
import { watchOf, watchTone } from './watch'

/** The cloud accounts, and how well each one's cluster is seen. */
export function Accounts() {
  const t = useT()
  usePageTitle(t('nav.accounts'))
  const { data, error, isPending, refetch } = useQuery(accountsQuery)
  return (
    <div className="page">
      <Title order={1} mb="md">{t('nav.accounts')} {data && <span className="muted num" style={{ fontWeight: 400 }}>{data.length}</span>}</Title>
      {error ? <Failure error={error} retry={() => void refetch()} /> : isPending ? <RowsLoading rows={3} height={110} />
        : data.length === 0 ? <div className="card"><Empty icon={<IconCloudOff size={26} />} title={t('accounts.empty')}>{t('accounts.emptyText')}</Empty></div>
        : <div className={classes.grid}>{data.map((a) => <AccountCard key={a.name} account={a} />)}</div>}
    </div>
  )
}

function AccountCard({ account: a }: { account: Schemas['Account'] }) {
  const t = useT()
  const watch = watchOf(a)
  const tone = watchTone(watch)
  const unseen = (watch?.kinds ?? []).filter((k) => k.error)
  const test = useMutation({ mutationFn: () => unwrap(client.POST('/credentials/{account}/test', { params: { path: { account: a.name } } })) })
  const state = (['good', 'wait', 'bad', 'busy', 'idle'] as const).find((s) => s === tone) ?? 'idle'
  return (
    <section className={`card ${classes.account}`} aria-label={a.name}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Group gap={8} style={{ minWidth: 0 }}>
          <Title order={2} className="cut">{a.name}</Title>
          <Badge size="sm" variant="light" color="gray">{a.type}</Badge>
        </Group>
        <ToneBadge tone={tone}>{t(`accounts.${state}` as Key)}</ToneBadge>
      </Group>
      <Text size="sm" c="dimmed" mt={6} component="div">
        {[a.environment, watch?.objects !== undefined ? t('accounts.objects', { n: watch.objects }) : undefined].filter(Boolean).join(' · ')}
        {watch?.heard && <> · {t('accounts.heard')} <Ago time={Date.parse(watch.heard)} /></>}
      </Text>
      {watch?.error && <Text size="sm" mt={8} style={{ color: 'var(--bad)', overflowWrap: 'anywhere' }}>{watch.error}</Text>}
      {unseen.length > 0 && (
        <Stack gap={2} mt={8}>
          {unseen.map((k) => <Text key={k.kind} size="sm" style={{ color: 'var(--wait)', overflowWrap: 'anywhere' }}>{k.kind}: {k.error}</Text>)}
        </Stack>
      )}
      <Group mt="sm">
        <Button size="compact-sm" variant="default" leftSection={<IconPlugConnected size={14} />} loading={test.isPending} onClick={() => { test.mutate() }}>{t('accounts.test')}</Button>
      </Group>
      {test.isError && <div style={{ marginTop: 12 }}><Failure error={test.error} /></div>}
      {test.data && <Report report={test.data} />}
    </section>
  )
}

function Report({ report }: { report: Schemas['AccountReport'] }) {
  const t = useT()
  return (
    <div aria-live="polite">
      <ul className={classes.report}>
        {report.steps?.map((step) => (
          <li key={step.name}>
            {step.status === 'ok' ? <IconCheck size={15} color="var(--good)" aria-hidden /> : <IconX size={15} color={`var(--${step.status === 'skipped' ? 'idle' : 'bad'})`} aria-hidden />}
            <span><b>{step.name}</b> <span className="muted">{step.detail}</span></span>
          </li>
        ))}
      </ul>
      {report.rbac && (
        <>
          <Text size="sm" mt="sm" mb={6}>{t('accounts.rbac')}</Text>
          <TextView text={report.rbac} name={`${report.account}-rbac.yaml`} />
        </>
      )}
    </div>
  )
}
