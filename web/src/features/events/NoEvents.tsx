import { Button } from '@mantine/core'
import { IconBolt } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Empty } from '@/components/States'
import { TextView } from '@/components/TextView'
import { apiBase } from '@/lib/base'
import classes from './Events.module.css'
import { useEventTexts } from './texts'

/** A request that makes an event. */
const command = () =>
  `curl -X POST -H 'Content-Type: application/json' \\
  -d '{"hello": "world"}' \\
  ${apiBase}/webhooks/webhook/test`

/** A list without events says what comes here, and how to get the first one. */
export function NoEvents({ app, clear }: { app: string | undefined; clear: (() => void) | undefined }) {
  const t = useEventTexts()
  return (
    <div className="card">
      {clear ? (
        <Empty
          title={t('noMatch')}
          action={
            <Button variant="default" onClick={clear}>
              {t('clear')}
            </Button>
          }
        >
          {t('noMatchText')}
        </Empty>
      ) : app === undefined ? (
        <Empty icon={<IconBolt size={26} />} title={t('empty')} action={<Command />}>
          {t('emptyText')}
        </Empty>
      ) : (
        <Empty
          icon={<IconBolt size={26} />}
          title={t('emptyHere')}
          action={
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/events" />}>
              {t('allEvents')}
            </Button>
          }
        >
          {t('emptyHereText')}
        </Empty>
      )}
    </div>
  )
}

function Command() {
  const t = useEventTexts()
  return (
    <div className={classes.first}>
      <p className="muted">{t('first')}</p>
      <TextView text={command()} name="event.sh" />
    </div>
  )
}
