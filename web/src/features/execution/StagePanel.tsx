import { Button, Group, Tabs, Text } from '@mantine/core'
import { IconPlayerSkipForward, IconRotateClockwise } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { changeStage } from '@/api/actions'
import { useStage } from '@/api/executions'
import type { Execution, Stage } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { Failure, RowsLoading } from '@/components/States'
import { StatusBadge } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { Toolbar } from '@/components/Toolbar'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { isActive, shownStageStatus } from '@/lib/status'
import { JobLogs } from './JobLogs'
import { jobOf, runsJob } from './jobs'
import { RestartDialog } from './RestartDialog'
import { failuresOf, skipOf } from './stage'
import { StageSummary } from './StageSummary'
import { StageTasks } from './StageTasks'
import { StageValues } from './StageValues'
import { useStageTypeName } from '@/stages'
import { useRuns } from './texts'
import classes from './StagePanel.module.css'

const from = '/applications/$app/executions/$id'
const tabs = ['summary', 'log', 'tasks', 'context', 'outputs'] as const

/** A stage of an execution: what it did and is to do, and what went wrong. */
export function StagePanel({
  execution,
  stageId,
  select,
}: {
  execution: Execution
  stageId: string
  select: (id: string) => void
}) {
  const t = useT()
  const typeName = useStageTypeName()
  const r = useRuns()
  const navigate = useNavigate({ from })
  const { tab } = useSearch({ from })
  const stage = execution.stages.find((s) => s.id === stageId)
  const detail = useStage(execution, stageId)
  if (!stage) return null
  const whole = detail.data?.stages[0]
  const below = detail.data?.stages.slice(1) ?? []
  const failures = failuresOf(detail.data?.stages ?? [])
  const withJob = runsJob(stage.type) || jobOf(detail.data?.stages ?? []) !== undefined
  const offered = tabs.filter((name) => name !== 'log' || withJob)
  const current = offered.find((name) => name === tab) ?? 'summary'
  return (
    <section className={`card ${classes.panel}`} aria-label={stage.name}>
      <Toolbar justify="space-between" gap="sm" className={classes.head}>
        <Group gap={10} style={{ minWidth: 0 }}>
          <h3 className={classes.name}>{stage.name || stage.type}</h3>
          <StatusBadge status={shownStageStatus(stage)} />
          <Text span size="sm" c="dimmed">
            {typeName(stage.type)}
            {stage.startTime ? ' · ' : ''}
            <Elapsed of={stage} />
          </Text>
        </Group>
        {whole && detail.data && (
          <StageActions
            execution={execution}
            stage={whole}
            cut={detail.data.cut.some((c) => c.stageId === whole.id && c.pointer.startsWith('/context'))}
          />
        )}
      </Toolbar>
      <Tabs
        value={current}
        onChange={(v) =>
          void navigate({
            search: (before) => ({
              ...before,
              stage: stageId,
              tab: v === 'summary' ? undefined : (v ?? undefined),
            }),
            replace: true,
            resetScroll: false,
          })
        }
        keepMounted={false}
      >
        <Tabs.List className={classes.tabs}>
          {offered.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {name === 'log' ? r('logTab') : t(`stage.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current} className={classes.body}>
          {detail.error ? (
            <Failure error={detail.error} retry={() => void detail.refetch()} />
          ) : !detail.data || !whole ? (
            <RowsLoading rows={3} height={28} />
          ) : current === 'log' ? (
            <JobLogs app={execution.application} stages={detail.data.stages} />
          ) : current === 'tasks' ? (
            <StageTasks stages={detail.data.stages} />
          ) : current === 'summary' ? (
            <StageSummary
              execution={execution}
              stage={whole}
              below={below}
              failures={failures}
              select={select}
            />
          ) : (
            <StageValues execution={execution.id} detail={detail.data} part={current} />
          )}
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}

function StageActions({ execution, stage, cut }: { execution: Execution; stage: Stage; cut: boolean }) {
  const t = useT()
  const [asking, setAsking] = useState<'restart' | 'skip'>()
  const done = () => {
    setAsking(undefined)
  }
  const skipping = skipOf(stage)
  const skip = useAction(() => changeStage(execution.id, stage.id, skipping ?? {}), { then: done })
  const restartable = !stage.parentStageId && stage.startTime !== undefined && !isActive(stage.status)
  return (
    <Group gap="xs" className="no-print">
      {skipping && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerSkipForward size={14} />}
          onClick={() => {
            setAsking('skip')
          }}
        >
          {t('stage.skip')}
        </Button>
      )}
      {restartable && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRotateClockwise size={14} />}
          onClick={() => {
            setAsking('restart')
          }}
        >
          {t('stage.restart')}
        </Button>
      )}
      {asking === 'restart' && (
        <RestartDialog execution={execution.id} stage={stage} cut={cut} opened close={done} />
      )}
      <Confirm
        opened={asking === 'skip'}
        close={done}
        title={t('stage.skipTitle', { name: stage.name ?? '' })}
        action={t('stage.skip')}
        busy={skip.isPending}
        onConfirm={() => {
          skip.mutate()
        }}
      >
        {t('stage.skipText')}
      </Confirm>
    </Group>
  )
}
