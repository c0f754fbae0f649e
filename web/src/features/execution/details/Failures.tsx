import { Anchor, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Stage } from '@/api/queries'
import type { Failure } from '../stage'
import { useRuns } from '../texts'
import { FailedExpression } from './FailedExpression'
import { adviceFor, objectIn, podIn } from './advice'
import { withoutSecretsIn } from './read'
import classes from './details.module.css'

const long = 400

/** What went wrong, what that means, and where to look next. */
export function Failures({
  app,
  pipeline,
  stage,
  failures,
}: {
  app: string
  /** The id of the run's pipeline. */
  pipeline: string | undefined
  stage: Stage
  failures: readonly Failure[]
}) {
  const r = useRuns()
  return failures.map((f) => (
    <div key={`${f.stage.id} ${f.message}`} role="alert" className={classes.failure}>
      <IconAlertTriangle size={18} aria-hidden />
      <div style={{ minWidth: 0 }}>
        {f.reason === 'stopped' && (
          <Text fw={550}>{f.by ? r('failed.stoppedBy', { user: f.by }) : r('failed.stopped')}</Text>
        )}
        {f.reason === 'checkFalse' && f.message === '' && <Text fw={550}>{r('failed.check')}</Text>}
        {f.message !== '' && <Words text={f.message} />}
        {f.expression && <FailedExpression app={app} failure={f} pipeline={pipeline} />}
        <Next app={app} message={f.message} />
        <Text size="xs" c="dimmed" mt={4}>
          {[f.stage.id === stage.id ? undefined : f.stage.name, f.task].filter(Boolean).join(' · ')}
        </Text>
      </div>
    </div>
  ))
}

export function Words({ text: raw }: { text: string }) {
  const r = useRuns()
  const text = withoutSecretsIn(raw)
  const [whole, setWhole] = useState(false)
  const folded = text.length > long && !whole
  return (
    <>
      <Text className={classes.message} data-folded={folded || undefined}>
        {text}
      </Text>
      {text.length > long && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          className="no-print"
          onClick={() => {
            setWhole(!whole)
          }}
        >
          {r(whole ? 'less' : 'more')}
        </Anchor>
      )}
    </>
  )
}

/** What can be done about it, and links to what the words are about. */
export function Next({ app, message }: { app: string; message: string }) {
  const r = useRuns()
  const advice = adviceFor(message)
  const object = objectIn(message)
  const pod = podIn(message)
  return (
    <>
      {advice && (
        <Text size="sm" className={classes.next}>
          {r(`advice.${advice}`)}
        </Text>
      )}
      {object && (
        <div className={`${classes.links} no-print`}>
          <Link
            to="/applications/$app/infrastructure"
            params={{ app }}
            search={{ in: object.account, at: object.location, show: object.name }}
          >
            {object.name}
          </Link>
          {pod && (
            <Link
              to="/applications/$app/infrastructure"
              params={{ app }}
              search={{ in: object.account, at: object.location, show: `pod ${pod}` }}
            >
              {r('pod')} {pod}
            </Link>
          )}
          {pod && (
            <Link
              to="/applications/$app/infrastructure"
              params={{ app }}
              search={{ in: object.account, at: object.location, show: `pod ${pod}`, tab: 'log' }}
            >
              {r('itsLog')}
            </Link>
          )}
          {pod && (
            <Link
              to="/applications/$app/infrastructure"
              params={{ app }}
              search={{ in: object.account, at: object.location, show: `pod ${pod}`, tab: 'events' }}
            >
              {r('itsEvents')}
            </Link>
          )}
        </div>
      )}
    </>
  )
}
