import { useRouterState } from '@tanstack/react-router'
import { useT } from '@/i18n'
import { isIn, places } from './places'
import { PlaceLink } from './PlaceLink'
import classes from './Sidebar.module.css'

const groups = [
  { id: 'work', label: undefined },
  { id: 'platform', label: 'nav.platform' },
] as const

/** The entries of the sidebar, in their groups. */
export function Places({ narrow = false }: { narrow?: boolean }) {
  const t = useT()
  const path = useRouterState({ select: (s) => s.location.pathname })
  return (
    <div className={classes.places}>
      {groups.map(({ id, label }) => (
        <div key={id} className={classes.group}>
          {label && (
            <div id={`places-${id}`} className={narrow ? classes.rule : classes.title}>
              {narrow ? <span className={classes.unseen}>{t(label)}</span> : t(label)}
            </div>
          )}
          <ul className={classes.list} aria-labelledby={label && `places-${id}`}>
            {places
              .filter((place) => place.group === id)
              .map((place) => (
                <li key={place.to}>
                  <PlaceLink place={place} here={isIn(place, path)} narrow={narrow} />
                </li>
              ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
