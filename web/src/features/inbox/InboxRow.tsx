import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconCircleXFilled,
  IconCloudOff,
  IconHandStop,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { InboxItem } from '@/api/inbox'
import { IconButton } from '@/components/IconButton'
import { Ago } from '@/components/Time'
import { useReason } from '@/components/useReason'
import { aboutOf, pathOf } from './about'
import classes from './Inbox.module.css'
import type { Nap } from './snooze'
import { SnoozeMenu } from './SnoozeMenu'
import { useInboxTexts } from './texts'

const icons = {
  approval: { Icon: IconHandStop, tone: 'wait' },
  failure: { Icon: IconCircleXFilled, tone: 'bad' },
  rollout: { Icon: IconAlertTriangle, tone: 'bad' },
  account: { Icon: IconCloudOff, tone: 'bad' },
} as const

type Props = {
  item: InboxItem
  marked: boolean
  napping: boolean
  openMenu: (open: boolean) => void
  done: () => void
  reopen: () => void
  snooze: (nap: Nap) => void
}

/** An item of the inbox: what it is about, and what can be done with it. */
export function InboxRow({ item, marked, napping, openMenu, done, reopen, snooze }: Props) {
  const i = useInboxTexts()
  const inWords = useReason()
  const { Icon, tone } = icons[item.kind]
  const about = aboutOf(item)
  const kind = i(`kind.${item.kind}`)
  const where = {
    account: [item.accountType, item.message],
    rollout: [item.message ?? (item.reason && inWords(item.reason))],
    approval: [item.application, about.values.pipeline],
    failure: [item.application],
  }[item.kind]
  return (
    <li className={`${classes.row} hover-row`} data-item={item.id}>
      <span role="img" aria-label={kind} title={kind} style={{ color: `var(--${tone}-fill)` }}>
        <Icon size={18} aria-hidden />
      </span>
      <span className={classes.what}>
        <Link to={pathOf(item)} className={`cut ${classes.link}`} data-row>
          {i(about.key, about.values)}
        </Link>
        <span className={`cut muted ${classes.where}`}>{where.filter(Boolean).join(' · ')}</span>
      </span>
      <span className={`muted ${classes.time}`}>
        <Ago time={item.time || undefined} />
      </span>
      <span className={classes.actions}>
        {marked ? (
          <IconButton label={i('reopen')} onClick={reopen}>
            <IconArrowBackUp size={17} />
          </IconButton>
        ) : (
          <>
            <SnoozeMenu opened={napping} change={openMenu} snooze={snooze} />
            <IconButton label={i('markDone')} onClick={done}>
              <IconCheck size={17} />
            </IconButton>
          </>
        )}
      </span>
    </li>
  )
}
