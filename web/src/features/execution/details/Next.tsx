import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useRuns } from '../texts'
import { adviceFor, mayHaveLog, objectIn, podIn } from './advice'
import classes from './details.module.css'

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
          {pod && mayHaveLog(advice) && (
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
