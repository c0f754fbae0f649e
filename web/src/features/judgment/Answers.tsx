import { Button, Group, Select, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { judge, sayError } from '@/api/actions'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { Countdown } from './Countdown'
import { decide, undo, usePending, type Decision } from './pending'
import { useJudgmentTexts } from './texts'

type Props = { executionId: string; stageId: string; inputs: readonly string[] }

/** The answers to a judgment, which can be undone for a moment. */
export function JudgmentAnswers({ executionId, stageId, inputs }: Props) {
  const t = useT()
  const tj = useJudgmentTexts()
  const [input, setInput] = useState<string | null>(null)
  const pending = usePending(stageId)
  const answer = (decision: Decision) => {
    decide(
      { executionId, stageId, decision, input: input ?? undefined },
      (a) => judge(a.executionId, a.stageId, a.decision, a.input),
      (_, error) => {
        notifications.show({ color: 'red', title: t('judgment.refused'), message: sayError(error) })
      },
    )
  }
  if (pending)
    return (
      <Toolbar gap={8} wrap="wrap" role="status">
        {pending.state === 'waiting' ? (
          <>
            <Text size="sm" fw={550}>
              <Countdown until={pending.at}>
                {(n) => tj(pending.decision === 'continue' ? 'continuing' : 'stopping', { n })}
              </Countdown>
            </Text>
            <Button
              size="xs"
              variant="default"
              title={tj('undoHint')}
              onClick={() => {
                undo(stageId)
              }}
            >
              {tj('undo')}
            </Button>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {tj('sent')}
          </Text>
        )}
      </Toolbar>
    )
  return (
    <Toolbar gap={8} wrap="wrap">
      {inputs.length > 0 && (
        <Select
          size="xs"
          placeholder={t('judgment.choose')}
          aria-label={t('judgment.choose')}
          data={[...new Set(inputs)]}
          value={input}
          onChange={setInput}
          style={{ flex: '1 1 150px', maxWidth: 240 }}
        />
      )}
      {/* The answers stay beside each other, however narrow the card is. */}
      <Group gap={8} wrap="nowrap">
        <Button
          size="xs"
          disabled={inputs.length > 0 && !input}
          onClick={() => {
            answer('continue')
          }}
        >
          {t('judgment.continue')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            answer('stop')
          }}
        >
          {t('judgment.stop')}
        </Button>
      </Group>
    </Toolbar>
  )
}
