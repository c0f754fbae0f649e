import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconHandStop } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { judge, sayError } from '@/api/actions'
import { stageQuery, type Summary } from '@/api/queries'
import { Ago } from '@/components/Time'
import { useT } from '@/i18n'
import { judgmentOf } from './judgment'
import classes from './JudgmentCard.module.css'

/** A stage that waits for a person's decision, with what is asked and the answers. */
export function JudgmentCard({
  execution,
  stageId,
  stageName,
}: {
  execution: Summary
  stageId: string
  stageName: string
}) {
  const { data } = useQuery(stageQuery(execution.id, stageId, 'asked'))
  const asked = judgmentOf(data?.stages[0])
  const began = execution.stages.find((s) => s.id === stageId)?.startTime
  return (
    <article className={classes.card} aria-label={stageName}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <IconHandStop size={18} className={classes.icon} aria-hidden />
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
            {execution.application} / {execution.name} · <Ago time={began} />
          </Text>
          {asked.instructions && (
            <Text size="sm" mt={6} lineClamp={3} style={{ whiteSpace: 'pre-wrap' }}>
              {asked.instructions}
            </Text>
          )}
        </Stack>
      </Group>
      <div className={classes.answers}>
        <JudgmentAnswers executionId={execution.id} stageId={stageId} inputs={asked.inputs} />
      </div>
    </article>
  )
}

/** The answers to a judgment. */
export function JudgmentAnswers({
  executionId,
  stageId,
  inputs,
}: {
  executionId: string
  stageId: string
  inputs: readonly string[]
}) {
  const t = useT()
  const [input, setInput] = useState<string | null>(null)
  const answer = useMutation({
    mutationFn: (status: 'continue' | 'stop') => judge(executionId, stageId, status, input ?? undefined),
    onError: (error) => {
      notifications.show({ color: 'red', title: t('judgment.refused'), message: sayError(error) })
    },
  })
  const busy = answer.isPending || answer.isSuccess
  return (
    <Group gap={8} wrap="wrap">
      {inputs.length > 0 && (
        <Select
          size="xs"
          placeholder={t('judgment.choose')}
          aria-label={t('judgment.choose')}
          data={[...new Set(inputs)]}
          value={input}
          onChange={setInput}
          w={170}
        />
      )}
      <Button
        size="xs"
        loading={answer.isPending && answer.variables === 'continue'}
        disabled={busy || (inputs.length > 0 && !input)}
        onClick={() => {
          answer.mutate('continue')
        }}
      >
        {t('judgment.continue')}
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={answer.isPending && answer.variables === 'stop'}
        disabled={busy}
        onClick={() => {
          answer.mutate('stop')
        }}
      >
        {t('judgment.stop')}
      </Button>
    </Group>
  )
}
