import { Stack, Text } from '@mantine/core'
import type { Execution, Stage } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { Elapsed } from '@/components/Time'
import { Judgment } from '@/features/judgment/Judgment'
import { RollBack } from '@/features/rollback/RollBack'
import { useI18n } from '@/i18n'
import { shownStageStatus } from '@/lib/status'
import { ByType } from './details/ByType'
import { Common } from './details/Common'
import { Deployed } from './details/Deployed'
import { Failures } from './details/Failures'
import { Section } from './details/Section'
import { Facts, factsOf } from './Facts'
import { contextOf, type Failure } from './stage'
import classes from './StageSummary.module.css'

type Props = {
  execution: Execution
  stage: Stage
  below: readonly Stage[]
  failures: readonly Failure[]
  select: (id: string) => void
}

/** What a person wants to know of a stage first. */
export function StageSummary({ execution, stage, below, failures, select }: Props) {
  const { t, language } = useI18n()
  const facts = factsOf(t, language, stage, contextOf(stage))
  const children = below.filter((s) => s.parentStageId === stage.id)
  return (
    <Stack gap="md">
      <Failures
        app={execution.application}
        pipeline={execution.pipelineConfigId}
        stage={stage}
        failures={failures}
      />
      <RollBack app={execution.application} executionId={execution.id} stage={stage} />
      {facts.length > 0 && <Facts facts={facts} />}
      {stage.status === 'NOT_STARTED' && <Text c="dimmed">{t('stage.notYet')}</Text>}
      <ByType stage={stage} below={below} app={execution.application} pipeline={execution.pipelineConfigId} />
      <Deployed app={execution.application} stages={[stage, ...below]} />
      {children.length > 0 && (
        <Section title={t('stage.parts')}>
          {children.map((s) => (
            <button
              key={s.id}
              type="button"
              className={`${classes.child} hover-row`}
              onClick={() => {
                select(s.id)
              }}
            >
              <StatusIcon
                status={shownStageStatus(execution.stages.find((o) => o.id === s.id) ?? s)}
                size={16}
              />
              <span className="cut">{s.name}</span>
              <span className="muted">
                <Elapsed of={s} />
              </span>
            </button>
          ))}
        </Section>
      )}
      <Common stage={stage} />
      {stage.type === 'manualJudgment' && stage.status === 'RUNNING' && (
        <Judgment execution={execution} stage={stage} />
      )}
    </Stack>
  )
}
