import { Button, Group, Text } from '@mantine/core'
import { IconGitCompare, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { pauseExecution, resumeExecution } from '@/api/actions'
import { summaryOf } from '@/api/executions'
import type { Execution } from '@/api/queries'
import { StatusBadge } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { Toolbar } from '@/components/Toolbar'
import { useAction } from '@/components/useAction'
import { CancelDialog } from '@/features/executions/CancelDialog'
import { ExecutionMenu } from '@/features/executions/ExecutionMenu'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { isActive, shownStatus } from '@/lib/status'
import classes from './ExecutionPage.module.css'
import { Parents } from './Parents'
import { parentsOf } from './parents'
import { Waits } from './Waits'
import { useRuns } from './texts'

const from = '/applications/$app/executions/$id'

/** The name, the state, and the actions of an execution, above all that is shown of it. */
export function RunHeader({ execution: e, app }: { execution: Execution; app: string }) {
  const t = useT()
  const r = useRuns()
  const navigate = useNavigate({ from })
  const [cancelling, setCancelling] = useState(false)
  const pause = useAction(() => pauseExecution(e.id))
  const resume = useAction(() => resumeExecution(e.id))
  const summary = summaryOf(e)
  const trigger = e.trigger as { type?: string; user?: string; dryRun?: boolean } | undefined
  const parameters = Object.entries((e.trigger?.parameters ?? {}) as Record<string, unknown>)
  const parents = parentsOf(e.trigger)
  return (
    <header>
      <Parents of={parents} />
      <Toolbar justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap={10} mb={4}>
            <h2 className={classes.name}>
              <Link
                className="row-link"
                to="/applications/$app/executions"
                params={{ app }}
                search={{ pipeline: e.name }}
              >
                {e.name}
              </Link>
              {e.number !== undefined && <span className="muted"> #{e.number}</span>}
            </h2>
            <StatusBadge status={shownStatus(e)} />
            {trigger?.dryRun && (
              <Text span size="xs" c="dimmed">
                {r('dryRun')}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed" component="div" className={classes.facts}>
            <span>
              {triggerName(t, trigger?.type)}
              {summary.user ? ` · ${summary.user}` : ''}
            </span>
            <span>
              <Ago time={e.startTime ?? e.buildTime} />
            </span>
            <span>
              <Elapsed of={e} />
            </span>
            <span className="mono">{e.id}</span>
          </Text>
          {e.canceled && (
            <Text size="sm" mt={6}>
              {t('execution.canceledBy', { user: e.canceledBy ?? '' })}
              {e.cancellationReason ? `: ${e.cancellationReason}` : ''}
            </Text>
          )}
        </div>
        <Group gap="xs" className="no-print">
          {e.status === 'RUNNING' && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlayerPause size={14} />}
              loading={pause.isPending}
              onClick={() => {
                pause.mutate()
              }}
            >
              {t('execution.pause')}
            </Button>
          )}
          {e.status === 'PAUSED' && (
            <Button
              size="xs"
              leftSection={<IconPlayerPlay size={14} />}
              loading={resume.isPending}
              onClick={() => {
                resume.mutate()
              }}
            >
              {t('execution.resume')}
            </Button>
          )}
          {isActive(e.status) ? (
            <Button
              size="xs"
              variant="default"
              color="red"
              leftSection={<IconPlayerStop size={14} />}
              onClick={() => {
                setCancelling(true)
              }}
            >
              {t('execution.cancelShort')}
            </Button>
          ) : (
            e.pipelineConfigId && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconGitCompare size={14} />}
                  onClick={() =>
                    void navigate({
                      to: '/applications/$app/executions/$id/compare',
                      params: { app, id: e.id },
                    })
                  }
                >
                  {r('compare')}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPlayerPlay size={14} />}
                  onClick={() =>
                    void navigate({
                      to: '/applications/$app/executions',
                      params: { app },
                      search: { start: e.name, like: e.id },
                    })
                  }
                >
                  {t('execution.rerun')}
                </Button>
              </>
            )
          )}
          <ExecutionMenu
            execution={summary}
            after={() => void navigate({ to: '/applications/$app/executions', params: { app } })}
          />
        </Group>
      </Toolbar>
      <Waits execution={e} app={app} />
      {parameters.length > 0 && (
        <dl className={classes.parameters}>
          {parameters.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <CancelDialog
        execution={e}
        opened={cancelling}
        close={() => {
          setCancelling(false)
        }}
      />
    </header>
  )
}
