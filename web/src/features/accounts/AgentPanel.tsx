import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconKey, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '@/api/client'
import { keys } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { IconButton } from '@/components/IconButton'
import { TextView } from '@/components/TextView'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { apiBase } from '@/lib/base'
import classes from './Accounts.module.css'
import { installCommand, manifestCommand } from './agent'
import { agentQuery, makeToken, revokeToken } from './queries'

/** The agent of an account: whether it is connected, how it is installed, and its tokens. */
export function AgentPanel({ account }: { account: string }) {
  const t = useT()
  const queries = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(agentQuery(account))
  const [made, setMade] = useState<string>()
  const [revoking, setRevoking] = useState<Schemas['AgentToken']>()
  const again = () => void queries.invalidateQueries({ queryKey: keys.accounts })
  const make = useAction(() => makeToken(account), {
    then: (token) => {
      setMade(token.token)
      again()
    },
  })
  const revoke = useAction((id: string) => revokeToken(account, id), {
    done: t('accounts.revoked'),
    then: () => {
      setRevoking(undefined)
      again()
    },
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <RowsLoading rows={3} />
  const connections = data.connections ?? []
  const tokens = data.tokens ?? []
  return (
    <Stack gap="lg" maw={900}>
      <section aria-labelledby="connected">
        <Title order={2} id="connected" mb={10}>
          {t('accounts.agentState')}
        </Title>
        <div className="card">
          {connections.length === 0 ? (
            <Empty title={t('accounts.agentMissing')}>{t('accounts.agentMissingText')}</Empty>
          ) : (
            connections.map((c) => (
              <div key={`${c.process} ${c.connectedAt}`} className={classes.entry}>
                <Group gap="xs">
                  <b style={{ color: `var(--${c.open ? 'good' : 'idle'})` }}>
                    {t(c.open ? 'accounts.agentOpen' : 'accounts.agentClosed')}
                  </b>
                  <span className="muted">
                    <Ago time={c.open ? c.connectedAt : c.seenAt} />
                  </span>
                  <span className="muted mono">{c.remote}</span>
                  <span className="muted">{c.version}</span>
                </Group>
              </div>
            ))
          )}
        </div>
      </section>
      <section aria-labelledby="install">
        <Title order={2} id="install" mb={4}>
          {t('accounts.install')}
        </Title>
        <Text c="dimmed" mb={10}>
          {t('accounts.installText')}
        </Text>
        <TextView text={installCommand(account, apiBase)} name="install-agent.sh" />
      </section>
      <section aria-labelledby="tokens" style={{ minWidth: 0 }}>
        <Group justify="space-between" mb={10}>
          <Title order={2} id="tokens">
            {t('accounts.tokens')}
          </Title>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconKey size={15} />}
            loading={make.isPending}
            onClick={() => {
              make.mutate()
            }}
          >
            {t('accounts.makeToken')}
          </Button>
        </Group>
        {made && (
          <Alert
            color="green"
            mb="sm"
            styles={{
              root: { background: 'var(--good-soft)' },
              title: { color: 'var(--good)' },
              body: { minWidth: 0 },
              message: { minWidth: 0 },
            }}
            title={t('accounts.tokenMade')}
            withCloseButton
            onClose={() => {
              setMade(undefined)
            }}
          >
            <Stack gap="xs">
              <TextView text={made} name={`${account}-token`} />
              <Text size="sm">{t('accounts.tokenUse')}</Text>
              <TextView text={manifestCommand(account, apiBase)} name="install-agent.sh" />
            </Stack>
          </Alert>
        )}
        <div className="card">
          {tokens.length === 0 ? (
            <Empty title={t('accounts.noTokens')}>{t('accounts.noTokensText')}</Empty>
          ) : (
            tokens.map((token) => (
              <Group key={token.id} className={classes.entry} justify="space-between" wrap="nowrap">
                <Stack gap={0} style={{ minWidth: 0 }}>
                  <span className="mono cut">{token.id}</span>
                  <Text size="sm" c="dimmed">
                    {token.createdBy} <Ago time={token.createdAt} /> ·{' '}
                    {token.usedAt ? (
                      <>
                        {t('accounts.tokenUsed')} <Ago time={token.usedAt} />
                      </>
                    ) : (
                      t('accounts.tokenUnused')
                    )}
                  </Text>
                </Stack>
                <IconButton
                  label={`${t('accounts.revoke')} ${token.id}`}
                  tip={t('accounts.revoke')}
                  onClick={() => {
                    setRevoking(token)
                  }}
                >
                  <IconTrash size={16} />
                </IconButton>
              </Group>
            ))
          )}
        </div>
      </section>
      <Confirm
        opened={revoking !== undefined}
        close={() => {
          setRevoking(undefined)
        }}
        title={t('accounts.revokeTitle')}
        action={t('accounts.revoke')}
        danger
        busy={revoke.isPending}
        onConfirm={() => {
          if (revoking?.id) revoke.mutate(revoking.id)
        }}
      >
        {t('accounts.revokeText')}
      </Confirm>
    </Stack>
  )
}
