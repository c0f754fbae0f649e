import { Stack, Text } from '@mantine/core'
import type { Execution, Stage } from '@/api/queries'
import { NotActing } from '@/features/acting/NotActing'
import { judgmentOf } from '@/features/execution/judgment'
import { useRuns } from '@/features/execution/texts'
import { useT } from '@/i18n'
import { objectOf } from '@/lib/json'
import { About } from './About'
import { JudgmentAnswers } from './Answers'
import { Changes } from './Changes'
import { useChanges } from './useChanges'
import classes from './Judgment.module.css'

/** A judgment that waits: what it asks and is about, what will change, and the answers, which stay in view. */
export function Judgment({ execution, stage }: { execution: Execution; stage: Stage }) {
  const t = useT()
  const { instructions, inputs } = judgmentOf(stage)
  const changes = useChanges(execution, stage.id)
  // Of a plan that is shown with its colours, the text in the instructions says no more.
  const planText = changes.some((c) => c.planned && c.changes) && /^@@ /m.test(instructions)
  return (
    <Stack gap={12}>
      {!planText && (
        <Text style={{ whiteSpace: 'pre-wrap' }}>{instructions || t('stage.noInstructions')}</Text>
      )}
      <About execution={execution} />
      <Rules stage={stage} />
      <Changes list={changes} />
      <div className={classes.answers}>
        <JudgmentAnswers executionId={execution.id} stageId={stage.id} inputs={inputs} />
      </div>
    </Stack>
  )
}

/** Who may answer, and what that means for what follows. */
function Rules({ stage }: { stage: Stage }) {
  const r = useRuns()
  const c = objectOf(stage.context)
  const given: unknown = c['selectedStageRoles']
  const roles = Array.isArray(given) ? given.filter((x) => typeof x === 'string') : []
  return (
    <>
      {roles.length > 0 && (
        <>
          <Text size="sm" c="dimmed">
            {r('judgeRoles', { roles: roles.join(', ') })}
          </Text>
          <NotActing kind="roles" name="judgment" />
        </>
      )}
      {c['propagateAuthenticationContext'] === true && (
        <Text size="sm" c="dimmed">
          {r('judgeRunsAs')}
        </Text>
      )}
    </>
  )
}
