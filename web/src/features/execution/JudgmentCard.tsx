import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { stageQuery, type Summary } from '@/api/queries'
import { StatusIcon } from '@/components/Status'
import { Ago } from '@/components/Time'
import { JudgmentAnswers } from '@/features/judgment/Answers'
import { useJudgmentTexts } from '@/features/judgment/texts'
import { objectOf } from '@/lib/json'
import { judgmentOf } from './judgment'
import classes from './JudgmentCard.module.css'

/** A stage that waits for a person's decision, with what is asked and the answers. */
export function JudgmentCard({
  execution,
  stageId,
  stageName,
  ended = false,
}: {
  execution: Summary
  stageId: string
  stageName: string
  /** It was answered, and is only still there so that nothing moves. */
  ended?: boolean
}) {
  const tj = useJudgmentTexts()
  const { data } = useQuery(stageQuery(execution.id, stageId, 'asked'))
  const asked = judgmentOf(data?.stages[0])
  const about = Object.entries(objectOf(objectOf(execution.trigger)['parameters']))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
  const began = execution.stages.find((s) => s.id === stageId)?.startTime
  return (
    <article className={classes.card} aria-label={stageName}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <StatusIcon status="JUDGMENT" />
        <Stack gap={2} style={{ minWidth: 0, flex: 1 }}>
          <Link
            className="row-link"
            to="/applications/$app/executions/$id"
            params={{ app: execution.application ?? '', id: execution.id }}
            search={{ stage: stageId }}
          >
            <Text fw={600} className="cut">
              {stageName}
            </Text>
          </Link>
          <Text size="xs" c="dimmed" className="cut">
            {execution.application} / <bdi>{execution.name}</bdi> ·{' '}
            {execution.user ? `${execution.user} · ` : ''}
            <Ago time={began} />
          </Text>
          {about && (
            <Text size="xs" className="cut" title={about}>
              {about}
            </Text>
          )}
          {asked.instructions && (
            <Text size="sm" mt={6} lineClamp={3} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {asked.instructions}
            </Text>
          )}
        </Stack>
      </Group>
      <div className={classes.answers}>
        {ended ? (
          <Text size="sm" c="dimmed" mih={30}>
            {tj('answered')}
          </Text>
        ) : (
          <JudgmentAnswers executionId={execution.id} stageId={stageId} inputs={asked.inputs} />
        )}
      </div>
    </article>
  )
}
