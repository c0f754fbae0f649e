import { Alert, Button, Group, Text } from '@mantine/core'
import { IconWebhook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAction } from '@/components/useAction'
import {
  createWebhook,
  gitWebhooksQuery,
  type GitWebhook as Hook,
  type RepositoryName,
} from '@/features/git/queries'
import type { GitChoice } from '@/features/git/useGitRepository'
import { textOf } from '@/lib/json'
import type { Json } from '../model'
import { hosts } from './address'
import { DeleteWebhook } from './DeleteWebhook'
import { useTriggerTexts } from './texts'
import { WebhookAddress } from './WebhookAddress'

type Props = {
  app: string
  git: GitChoice
  name: RepositoryName
  trigger: Json
  change: (next: Json) => void
}

/** The webhook of a trigger's repository: it is created at the host, or how to do that by hand. */
export function GitWebhook({ app, git, name, trigger, change }: Props) {
  const w = useTriggerTexts()
  const webhooks = useQuery(gitWebhooksQuery(name))
  const hook = webhooks.data?.find((one) => one.created)
  const again = () => void webhooks.refetch()
  const { account, path } = git
  const host = account?.host ?? hosts[name.source] ?? ''
  const own = textOf(trigger['secret']) !== ''
  const create = useAction(
    () =>
      account
        ? createWebhook(app, account, path, name.source)
        : Promise.reject(new Error(w('git.noAccount', { host }))),
    { done: w('git.created', { host }), then: again },
  )
  if (hook)
    return (
      <div>
        <Text size="sm">{w('git.there', { host, repository: hook.repository })}</Text>
        <Outcome hook={create.data} host={host} />
        {own && (
          <Alert color="yellow" p="xs" mt={6}>
            <Text size="sm">{w('git.ownSecret')}</Text>
            <Button
              size="compact-sm"
              variant="default"
              mt={6}
              onClick={() => {
                const { secret, ...rest } = trigger
                void secret
                change(rest)
              }}
            >
              {w('git.removeSecret')}
            </Button>
          </Alert>
        )}
        <Group gap={6} mt={6}>
          {account && (
            <Button
              size="compact-sm"
              variant="default"
              loading={create.isPending}
              onClick={() => {
                create.mutate()
              }}
            >
              {w('git.update')}
            </Button>
          )}
          <DeleteWebhook app={app} hook={hook} host={host} then={again} />
        </Group>
      </div>
    )
  return (
    <>
      {account && path !== '' && (
        <div>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconWebhook size={14} />}
            loading={create.isPending}
            onClick={() => {
              create.mutate()
            }}
          >
            {w('git.create', { host })}
          </Button>
          <Text size="sm" c="dimmed" mt={4}>
            {w('git.createHelp', { host, repository: path })}
          </Text>
        </div>
      )}
      <WebhookAddress trigger={trigger} />
      {!account && host !== '' && (
        <Text size="sm" c="dimmed">
          {w('git.addAccount', { host })} <Link to="/accounts">{w('git.accounts')}</Link>
        </Text>
      )}
    </>
  )
}

/** How the host's test of a new webhook went. */
function Outcome({ hook, host }: { hook: Hook | undefined; host: string }) {
  const w = useTriggerTexts()
  if (hook?.delivery === 'ok')
    return (
      <Text size="sm" c="var(--good)" role="status">
        {w('git.works', { host })}
      </Text>
    )
  if (hook?.delivery !== 'failed') return null
  return (
    <Alert color="red" p="xs" mt={6} role="alert">
      {w('git.fails', { host, problem: hook.problem ?? '' })}
    </Alert>
  )
}
