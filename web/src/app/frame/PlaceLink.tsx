import { Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useT } from '@/i18n'
import { InboxCount } from './InboxCount'
import type { Place } from './places'
import classes from './Sidebar.module.css'

const badges = { inbox: InboxCount }

type Props = { place: Place; here: boolean; narrow: boolean }

/** An entry of the sidebar; where it is narrow, its name is a tooltip. */
export function PlaceLink({ place, here, narrow }: Props) {
  const t = useT()
  const label = t(place.label)
  const Icon = place.icon
  const Badge = place.badge && badges[place.badge]
  return (
    <Tooltip label={label} position="right" disabled={!narrow}>
      <Link
        to={place.to}
        className={classes.place}
        data-here={here || undefined}
        aria-current={here ? 'page' : undefined}
      >
        <Icon size={18} stroke={1.75} aria-hidden className={classes.icon} />
        <span className={narrow ? classes.unseen : 'cut'}>{label}</span>
        {Badge && <Badge />}
      </Link>
    </Tooltip>
  )
}
