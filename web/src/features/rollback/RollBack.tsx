import { Button, Text } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Stage } from '@/api/queries'
import { stageRollbackQuery, type RollbackPlan } from '@/api/rollback'
import { useInfrastructureStream } from '@/features/infrastructure/stream'
import { toneOf } from '@/lib/status'
import { actionOf, revisionName } from './names'
import { RollBackDialog } from './RollBackDialog'
import { useRollbackTexts } from './texts'
import classes from './RollBack.module.css'

// A plan is read from the cluster: a rollout's many changes ask for it once in a while.
const settle = 1000

/** The way back from what a deploy stage has deployed, or why there is none. */
export function RollBack({ app, executionId, stage }: { app: string; executionId: string; stage: Stage }) {
  const t = useRollbackTexts()
  const [open, setOpen] = useState(false)
  const enabled =
    stage.type === 'deployManifest' && stage.status !== 'NOT_STARTED' && stage.status !== 'SKIPPED'
  const plan = useQuery({ ...stageRollbackQuery(app, executionId, stage.id, stage.status), enabled })
  // The cluster may number the revisions only after the task that rolled back has ended.
  useInfrastructureStream(enabled ? app : undefined, settle)
  if (!plan.data) return null
  const action = actionOf(t, plan.data)
  const forth = plan.data.verdict === 'rolledBack'
  const ended = toneOf(stage.status) === 'bad' || ['CANCELED', 'FAILED_CONTINUE'].includes(stage.status)
  if (!action && !forth && !ended) return null
  return (
    <div className={`${classes.back} no-print`}>
      {(forth || !action) && <Why app={app} plan={plan.data} />}
      {action && (
        <Button
          size="xs"
          variant={ended && !forth ? 'filled' : 'default'}
          leftSection={forth ? <IconArrowForwardUp size={15} /> : <IconArrowBackUp size={15} />}
          onClick={() => {
            setOpen(true)
          }}
        >
          {action}
        </Button>
      )}
      {open && (
        <RollBackDialog
          app={app}
          plan={plan.data}
          executionId={executionId}
          name={stage.name ?? ''}
          dismiss={() => {
            setOpen(false)
          }}
        />
      )}
    </div>
  )
}

/** Why a stage can't be rolled back, or that it was. */
function Why({ app, plan }: { app: string; plan: RollbackPlan }) {
  const t = useRollbackTexts()
  const object = plan.objects.find((o) => o.verdict === plan.verdict)
  if (plan.verdict === 'rolledBack' && object?.current)
    return (
      <Text size="sm" c="dimmed">
        {t('alreadyBack', { revision: revisionName(t, object.current, object) })}
      </Text>
    )
  const by = object?.supersededBy
  return (
    <Text size="sm" c="dimmed">
      {by ? (
        <>
          {t('why.supersededBy')}{' '}
          <Link to="/applications/$app/executions/$id" params={{ app, id: by.id }}>
            {by.name}
            {by.number ? ` #${by.number}` : ''}
          </Link>
        </>
      ) : (
        t(`why.${plan.verdict}`)
      )}
    </Text>
  )
}
