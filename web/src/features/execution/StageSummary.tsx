import { Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Execution, Stage } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { useT } from '@/i18n'
import { JudgmentAnswers } from './JudgmentCard'
import { judgmentOf } from './judgment'
import type { Failure } from './stage'
import { Facts, factsOf } from './Facts'
import classes from './StageSummary.module.css'

type Props = { execution: Execution; stage: Stage; below: readonly Stage[]; failures: readonly Failure[]; select: (id: string) => void }

/** What a person wants to know of a stage first. */
export function StageSummary({ execution, stage, below, failures, select }: Props) {
  const t = useT()
  const context = (stage.context ?? {}) as Record<string, unknown>
  const facts = factsOf(t, stage, context)
  const created = manifestsOf(context)
  const children = below.filter((s) => s.parentStageId === stage.id)
  return (
    <Stack gap="md">
      {failures.map((f) => (
        <div key={f.message} role="alert" className={classes.failure}>
          <IconAlertTriangle size={18} aria-hidden />
          <div style={{ minWidth: 0 }}>
            <Text className={classes.message}>{f.message}</Text>
            <Text size="xs" c="dimmed" mt={4}>{[f.stage.id === stage.id ? undefined : f.stage.name, f.task].filter(Boolean).join(' · ')}</Text>
          </div>
        </div>
      ))}
      {stage.type === 'manualJudgment' && stage.status === 'RUNNING' && (
        <Stack gap={10}>
          <Text style={{ whiteSpace: 'pre-wrap' }}>{judgmentOf(stage).instructions || t('stage.noInstructions')}</Text>
          <JudgmentAnswers executionId={execution.id} stageId={stage.id} inputs={judgmentOf(stage).inputs} />
        </Stack>
      )}
      {facts.length > 0 && <Facts facts={facts} />}
      {created.length > 0 && (
        <div>
          <Text size="xs" fw={600} c="dimmed" mb={6}>{t('stage.objects')}</Text>
          <ul className={classes.objects}>
            {created.map((o) => (
              <li key={`${o.location} ${o.name}`}>
                <Link to="/applications/$app/infrastructure" params={{ app: execution.application }} search={{ in: o.account, at: o.location, show: o.name }} className="row-link">{o.name}</Link>
                <span className="muted"> {o.location}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {children.length > 0 && (
        <div>
          <Text size="xs" fw={600} c="dimmed" mb={6}>{t('stage.parts')}</Text>
          {children.map((s) => (
            <button key={s.id} type="button" className={`${classes.child} hover-row`} onClick={() => { select(s.id) }}>
              <StatusIcon status={s.status} size={16} />
              <span className="cut">{s.name}</span>
              <span className="muted"><Elapsed of={s} /></span>
            </button>
          ))}
        </div>
      )}
      {failures.length + facts.length + created.length + children.length === 0 && stage.status === 'NOT_STARTED' && <Text c="dimmed">{t('stage.notYet')}</Text>}
    </Stack>
  )
}

type Made = { account?: string; location: string; name: string }

/** The Kubernetes objects that a deployment stage has applied. */
function manifestsOf(context: Record<string, unknown>): Made[] {
  const byNamespace = context['outputs.manifestNamesByNamespace']
  if (typeof byNamespace !== 'object' || byNamespace === null) return []
  const account = typeof context['account'] === 'string' ? context['account'] : undefined
  return Object.entries(byNamespace).flatMap(([location, names]) =>
    Array.isArray(names) ? names.filter((n) => typeof n === 'string').map((name) => ({ account, location, name })) : [])
}
